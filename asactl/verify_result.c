/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of what a client alone can see, and the judgement of a visit, step by step in the order
 * in which a sign-in can fail.
 */
#include "asactl/verify_result.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/directory.h"
#include "core/reason.h"
#include "core/token.h"

typedef struct {
    apr_pool_t *pool;
    const asactl_verify_seen_t *seen;
    asactl_verify_result_t *out;
} judge_t;

/* What the visit itself says when it did not come to an answer. */
static const struct {
    const char *name, *remedy;
} failures[ASACTL_VISIT_STATES] = {
    [ASACTL_VISIT_NOT_MADE] = {"NotTried", "Run it again; name fewer nodes or names."},
    [ASACTL_VISIT_NOT_SERVED] =
        {"NotServed", "Add the host as ServerName or ServerAlias of the virtual host that serves "
                      "it, or take the name away: asactl spn remove."},
    [ASACTL_VISIT_NOBODY] = {"NobodyListens",
                             "Start httpd, or what stands in front of it; see that it listens on "
                             "that address and port."},
    [ASACTL_VISIT_NO_ADDRESS] = {"NoAddress",
                                 "Give the host an address in DNS that leads to the balancer."},
    [ASACTL_VISIT_LATE] = {"NoAnswer", "See what it waits for: a firewall, httpd without a free "
                                       "worker, or the back end; --path names another place."},
    [ASACTL_VISIT_UNTRUSTED] = {"CertificateWrong",
                                "Clients refuse it, too, before they sign in. Give the host a "
                                "certificate with its name; whom to trust is ca in asactl.conf."},
    [ASACTL_VISIT_FAILED] = {"NoAnswer", "Look at the error log there."},
};

static void say(const judge_t *judge, const char *name, const char *remedy, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void say(const judge_t *judge, const char *name, const char *remedy, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    *judge->out =
        (asactl_verify_result_t){.verdict = ASACTL_VERIFY_NO,
                                 .name = name,
                                 .sentence = apr_pvsprintf(judge->pool, format, arguments),
                                 .remedy = remedy};
    va_end(arguments);
}

/* --- the ticket --- */

static const asactl_spn_holder_t *holder(const judge_t *judge, int index)
{
    return &APR_ARRAY_IDX(judge->seen->holders, index, asactl_spn_holder_t);
}

static void judge_unknown(const judge_t *judge)
{
    const asactl_verify_seen_t *seen = judge->seen;
    int count = seen->holders != NULL ? seen->holders->nelts : -1;

    if (count > 1) {
        say(judge, "SeveralAccounts",
            "Only one account may hold it, or nobody gets a ticket: asactl spn duplicates shows "
            "them, asactl spn remove takes it from one.",
            "the KDC gives no ticket: %s and %s both hold the name", holder(judge, 0)->sam,
            holder(judge, 1)->sam);
    } else if (count == 1) {
        say(judge, "UnknownToKdc",
            "Wait until the domain controllers have it from each other, and see that the account "
            "is enabled: asactl account show.",
            "the KDC gives no ticket, although %s holds the name: %s", holder(judge, 0)->sam,
            seen->ticket->words);
    } else {
        say(judge, "UnknownToKdc",
            "Clients fall back to NTLM, or fail. Give it to the account: asactl spn add.",
            "the KDC gives no ticket: %s: %s",
            count == 0 ? "no account holds the name" : "it does not know the name",
            seen->ticket->words);
    }
}

static bool judge_ticket(const judge_t *judge)
{
    const asactl_service_ticket_t *ticket = judge->seen->ticket;

    if (ticket->state == ASACTL_SERVICE_TICKET_UNKNOWN) {
        judge_unknown(judge);
    } else if (ticket->state == ASACTL_SERVICE_TICKET_NONE) {
        say(judge, "NoTicket",
            "See that the account is enabled, its password not expired and its encryption types "
            "those of the domain: asactl account show.",
            "the KDC gives no ticket: %s", ticket->words);
    }
    return ticket->state == ASACTL_SERVICE_TICKET_GOT;
}

/* --- the way there --- */

static bool judge_way(const judge_t *judge)
{
    const asactl_verify_seen_t *seen = judge->seen;
    const asactl_visit_t *visit = seen->visit;
    const char *url = visit != NULL && visit->url != NULL ? visit->url : "it";

    if (seen->reached != NULL && seen->reached->code != ASACTL_OK) {
        say(judge, "NodeUnreachable", seen->reached->remedy, "%s", seen->reached->sentence);
        return false;
    }
    if (visit != NULL && visit->state == ASACTL_VISIT_ANSWERED) {
        return true;
    }
    if (visit == NULL || visit->state == ASACTL_VISIT_FOUND) {
        say(judge, "NotTried", "Run it again.", "no visit was made");
    } else if (visit->state == ASACTL_VISIT_NOT_SERVED && strchr(seen->spn, '.') == NULL) {
        *judge->out = (asactl_verify_result_t){
            .verdict = ASACTL_VERIFY_NOT_TRIED,
            .name = "NotTried",
            .sentence = "the host has no dot, so no certificate carries it, and no virtual host "
                        "whose name is tried has it as an alias"};
    } else if (visit->state == ASACTL_VISIT_NOT_SERVED) {
        say(judge, failures[visit->state].name, failures[visit->state].remedy, "%s",
            visit->error != NULL ? visit->error : "no virtual host has the name");
    } else if (visit->state == ASACTL_VISIT_NOBODY) {
        say(judge, failures[visit->state].name, failures[visit->state].remedy,
            "nothing listens for %s%s%s", url, visit->error != NULL ? " at " : "",
            visit->error != NULL ? visit->error : "");
    } else if (visit->state == ASACTL_VISIT_NO_ADDRESS) {
        say(judge, failures[visit->state].name, failures[visit->state].remedy,
            "the host of %s has no address", url);
    } else {
        say(judge, failures[visit->state].name, failures[visit->state].remedy, "%s %s", url,
            visit->error != NULL ? visit->error : "was not asked");
    }
    return false;
}

/* --- the answer --- */

static asa_reason_t reason_of(const asactl_visit_line_t *line)
{
    for (int i = ASA_REASON_NONE + 1; line->reason != NULL && i < ASA_REASON_COUNT; i++) {
        if (strcmp(asa_reason_name((asa_reason_t)i), line->reason) == 0) {
            return (asa_reason_t)i;
        }
    }
    return ASA_REASON_NONE;
}

/* The reasons that stand behind a sign-in that was done. */
static bool is_behind(asa_reason_t reason)
{
    return reason >= ASA_REASON_USER_NOT_DELEGATED;
}

/* A remedy of core/reason.h speaks to whoever reads a log.  Here more is known: a token was sent,
 * and its ticket is fresh. */
static const char *remedy_of(asa_reason_t reason)
{
    switch (reason) {
    case ASA_REASON_NO_CREDENTIALS:
    case ASA_REASON_NOT_NEGOTIATE:
    case ASA_REASON_NTLM_OFFERED:
        return "The token did not arrive: see what takes the Authorization header away or puts "
               "another one there (RequestHeader, the balancer, a proxy).";
    case ASA_REASON_CLOCK_SKEW:
    case ASA_REASON_TICKET_EXPIRED:
    case ASA_REASON_TICKET_NOT_YET_VALID:
        return "The ticket is fresh and the domain takes this machine's clock, so it is the node's "
               "that is off: set it there (chronyc makestep, timedatectl).";
    default:
        return asa_reason_remedy(reason);
    }
}

/* Whose key seals the ticket, if not the account's. */
static const char *foreign_holder(const judge_t *judge)
{
    const asactl_verify_seen_t *seen = judge->seen;
    const char *sam =
        seen->holders != NULL && seen->holders->nelts == 1 ? holder(judge, 0)->sam : NULL;

    return sam != NULL && seen->account != NULL && strcasecmp(sam, seen->account) != 0 ? sam : NULL;
}

static void judge_named(const judge_t *judge, asa_reason_t reason)
{
    const asactl_verify_seen_t *seen = judge->seen;
    const char *name = asa_reason_name(reason);
    const char *other = reason == ASA_REASON_KEY_MISMATCH ? foreign_holder(judge) : NULL;
    const char *etype = asa_token_etype_name(judge->pool, seen->ticket->etype);
    const char *by = seen->where == NULL && seen->visit->line.node != NULL
                         ? apr_pstrcat(judge->pool, " by ", seen->visit->line.node, NULL)
                         : ""; /* whom the balancer had chosen */

    if (other != NULL) {
        say(judge, name,
            "Take it from that account (asactl spn remove) and give it to the one whose keys the "
            "nodes hold (asactl spn add).",
            "refused with %ld%s: the name belongs to %s, so its key seals the ticket (kvno %u, "
            "%s), and not that of %s",
            seen->visit->status, by, other, seen->ticket->kvno, etype, seen->account);
    } else {
        say(judge, name, remedy_of(reason),
            "refused with %ld%s: %s; the ticket has kvno %u (%s)%s%s", seen->visit->status, by,
            name, seen->ticket->kvno, etype, seen->held != NULL ? ", the key table " : "",
            seen->held != NULL ? seen->held : "");
    }
}

/* No reply token came, or none that proves anything. */
static void judge_refusal(const judge_t *judge)
{
    const asactl_verify_seen_t *seen = judge->seen;
    const asactl_visit_t *visit = seen->visit;
    const asactl_visit_line_t *line = &visit->line;
    asa_reason_t reason = reason_of(line);

    if (reason != ASA_REASON_NONE) {
        judge_named(judge, reason);
    } else if (seen->unproven != NULL && visit->status != 401) {
        say(judge, "NotProven",
            "Something else answers under this name, or the nodes are not those that you mean.",
            "what answers %s does not have the key of the ticket: %s", visit->url, seen->unproven);
    } else if (visit->status == 400 || visit->status == 431) {
        say(judge, "HeadRefused",
            "Tickets of users with many groups are long: set LimitRequestFieldSize 65536, and the "
            "balancer's buffer.",
            "%s answers %ld: the head of the request is too long, or cut off", visit->url,
            visit->status);
    } else if (visit->status == 401) {
        say(judge, "Refused", "The error log there says why, in lines that begin with asa.",
            "%s refuses the ticket (401, kvno %u)%s%s", visit->url, seen->ticket->kvno,
            line->why != NULL ? "; its HttpProxy line is not seen: " : "",
            line->why != NULL ? line->why : "");
    } else if (visit->status >= 500) {
        say(judge, "NoSignIn",
            "Without a node that has a usable key, the balancer or the node itself answers so: "
            "asactl status shows what they hold.",
            "%s answers %ld without signing anybody in", visit->url, visit->status);
    } else {
        say(judge, "NotProtected",
            "Name a place that asks for Negotiate: --path; or see whether something in between "
            "takes WWW-Authenticate away.",
            "%s answers %ld without a reply token: nobody is signed in there", visit->url,
            visit->status);
    }
}

/* The caller is signed in, as the reply token proves.  As whom, and what then? */
static void judge_sign_in(const judge_t *judge)
{
    const asactl_verify_seen_t *seen = judge->seen;
    const asactl_visit_t *visit = seen->visit;
    const asactl_visit_line_t *line = &visit->line;
    asa_reason_t reason = reason_of(line);

    if (reason != ASA_REASON_NONE && !is_behind(reason)) {
        judge_named(judge, reason);
    } else if (visit->status == 401 && !line->seen) {
        say(judge, "NotAllowed",
            "See Require there, and lines that begin with asa in the error log; --path names "
            "another place.",
            "%s answers 401 although it accepts the ticket%s%s", visit->url,
            line->why != NULL ? "; its HttpProxy line is not seen: " : "",
            line->why != NULL ? line->why : "");
    } else if (line->seen && line->user != NULL && seen->user != NULL &&
               strcasecmp(line->user, seen->user) != 0) {
        say(judge, "WrongName",
            "See AsaDomain, and whether another account has this name in another domain.",
            "signed in as %s, and not as %s", line->user, seen->user);
    } else if (reason != ASA_REASON_NONE && is_behind(reason)) {
        say(judge, asa_reason_name(reason), asa_reason_remedy(reason),
            "signed in, then %ld from %s: %s", visit->status, visit->url, asa_reason_name(reason));
    } else if (visit->status >= 500) {
        say(judge, "BackEndFails",
            "Look at what stands behind it; --path names a place of another back end.",
            "signed in, then %ld from %s", visit->status, visit->url);
    } else {
        const char *then =
            visit->status >= 400 ? apr_psprintf(judge->pool, "then %ld", visit->status) : NULL;
        const char *unseen = line->seen ? NULL : "line not seen";
        *judge->out = (asactl_verify_result_t){
            .verdict = ASACTL_VERIFY_YES,
            .note = then != NULL && unseen != NULL
                        ? apr_pstrcat(judge->pool, then, ", ", unseen, NULL)
                        : (then != NULL ? then : unseen)};
    }
}

void asactl_verify_result_judge(apr_pool_t *pool, const asactl_verify_seen_t *seen,
                                asactl_verify_result_t *out)
{
    const judge_t judge = {pool, seen, out};

    if (!judge_ticket(&judge) || !judge_way(&judge)) {
        return;
    }
    if (seen->proven) {
        judge_sign_in(&judge);
    } else {
        judge_refusal(&judge);
    }
}
