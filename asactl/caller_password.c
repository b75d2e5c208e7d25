/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes the caller's own password with the kpasswd protocol (RFC 3244) at one controller.
 */
#include "asactl/caller_private.h"

#include <string.h>

#include <apr_strings.h>
#include <apr_time.h>

#include "asactl/caller_error.h"
#include "asactl/controller_tcp.h"

#define SERVICE   "kadmin/changepw"
#define PATIENCE  (15 * APR_USEC_PER_SEC)
#define HEAD      6 /* length of all, version, length of the AP-REQ or AP-REP: two bytes each */
#define VERSION   1
#define RESULT    2 /* bytes of a result code */
#define NO_SENSE  "its answer makes no sense"
#define KRB_ERROR 0x7e /* its tag (RFC 4120 section 5.9.1) */

typedef struct change_t {
    const asactl_caller_t *caller;
    apr_pool_t *pool;
    const char *host, *dn;
    krb5_context context;
    krb5_auth_context auth;
    asactl_controller_tcp_t tcp;
    asactl_outcome_t *outcome;
} change_t;

static void put16(char *at, size_t number)
{
    at[0] = (char)(number >> 8);
    at[1] = (char)number;
}

static unsigned get16(const char *at)
{
    return (unsigned)(unsigned char)at[0] << 8 | (unsigned char)at[1];
}

static const char *words_of(const change_t *change, krb5_error_code code)
{
    const char *text = krb5_get_error_message(change->context, code);
    const char *copy = apr_pstrdup(change->pool, text);

    krb5_free_error_message(change->context, text);
    return copy;
}

/* The request went out, and what came back says nothing: it may have been done. */
static bool unclear(const change_t *change, const char *why)
{
    return asactl_outcome_fail(
        change->outcome, ASACTL_UNREACHABLE, "it may have been done: look before you run it again",
        change->pool, "could not see whether %s has changed the password: %s", change->host, why);
}

/* --- the request --- */

static krb5_error_code compose(change_t *change, krb5_creds *creds,
                               const asactl_password_t *password, krb5_data *out)
{
    krb5_data ap_req = {0}, sealed = {0};
    krb5_data text = {.length = (unsigned)password->text_len, .data = (char *)password->text};
    krb5_replay_data unused;
    krb5_error_code code = krb5_auth_con_init(change->context, &change->auth);

    if (code == 0) {
        code = krb5_auth_con_setflags(change->context, change->auth, KRB5_AUTH_CONTEXT_DO_SEQUENCE);
    }
    if (code == 0) {
        code = krb5_mk_req_extended(change->context, &change->auth, AP_OPTS_USE_SUBKEY, NULL, creds,
                                    &ap_req);
    }
    if (code == 0) {
        code = krb5_auth_con_genaddrs(change->context, change->auth, change->tcp.fd,
                                      KRB5_AUTH_CONTEXT_GENERATE_LOCAL_ADDR);
    }
    if (code == 0) {
        code = krb5_mk_priv(change->context, change->auth, &text, &sealed, &unused);
    }
    if (code == 0 && HEAD + ap_req.length + sealed.length > UINT16_MAX) {
        code = KRB5KRB_ERR_FIELD_TOOLONG;
    }
    if (code == 0) {
        *out = (krb5_data){.length = HEAD + ap_req.length + sealed.length};
        out->data = apr_palloc(change->pool, out->length);
        put16(out->data, out->length);
        put16(out->data + 2, VERSION);
        put16(out->data + 4, ap_req.length);
        memcpy(out->data + HEAD, ap_req.data, ap_req.length);
        memcpy(out->data + HEAD + ap_req.length, sealed.data, sealed.length);
    }
    krb5_free_data_contents(change->context, &ap_req);
    krb5_free_data_contents(change->context, &sealed);
    return code;
}

/* --- the answer --- */

static bool judge(const change_t *change, krb5_data *said)
{
    krb5_data rest = {.length = said->length - RESULT, .data = said->data + RESULT};
    unsigned code = get16(said->data);
    char *text = NULL;
    bool done;

    if (code == 0) {
        return true;
    }
    if (rest.length == 0 || krb5_chpw_message(change->context, &rest, &text) != 0) {
        text = NULL;
    }
    done = asactl_caller_error_refused(change->pool, change->host, change->dn, code,
                                       text == NULL ? NULL : apr_pstrdup(change->pool, text),
                                       change->outcome);
    krb5_free_string(change->context, text);
    return done;
}

/* A request that the controller cannot open is refused in clear, with a KRB-ERROR; its e-data may
 * hold a result, but none that says "done". */
static bool read_error(const change_t *change, krb5_data *message)
{
    krb5_error *error = NULL;
    krb5_error_code code = krb5_rd_error(change->context, message, &error);
    const char *words;

    if (code != 0) {
        return unclear(change, NO_SENSE);
    }
    if (error->e_data.length >= RESULT && get16(error->e_data.data) != 0) {
        (void)judge(change, &error->e_data);
        krb5_free_error(change->context, error);
        return false;
    }
    words = words_of(change, (krb5_error_code)error->error + ERROR_TABLE_BASE_krb5);
    krb5_free_error(change->context, error);
    return asactl_outcome_fail(
        change->outcome, ASACTL_CREDENTIALS, "KRB5_TRACE=/dev/stderr shows more", change->pool,
        "%s does not accept the ticket for a new password: %s", change->host, words);
}

/* The answer is sealed with the subkey that the request proposed, whatever other one the AP-REP
 * names (RFC 3244 section 2). */
static krb5_error_code open_answer(const change_t *change, krb5_data *ap_rep, krb5_data *sealed,
                                   krb5_data *out)
{
    krb5_ap_rep_enc_part *part = NULL;
    krb5_keyblock *subkey = NULL;
    krb5_replay_data unused;
    krb5_error_code code = krb5_auth_con_getsendsubkey(change->context, change->auth, &subkey);

    if (code == 0) {
        code = krb5_rd_rep(change->context, change->auth, ap_rep, &part);
        krb5_free_ap_rep_enc_part(change->context, part);
    }
    if (code == 0) {
        code = krb5_auth_con_setrecvsubkey(change->context, change->auth, subkey);
    }
    if (code == 0) {
        code = krb5_rd_priv(change->context, change->auth, sealed, out, &unused);
    }
    krb5_free_keyblock(change->context, subkey);
    return code;
}

static bool read_answer(const change_t *change, const asactl_controller_message_t *got)
{
    krb5_data whole = {.length = (unsigned)got->len, .data = got->bytes};
    krb5_data ap_rep, sealed, said = {0};
    krb5_error_code code;
    bool done;

    if ((unsigned char)got->bytes[0] == KRB_ERROR) {
        return read_error(change, &whole);
    }
    if (got->len < HEAD || get16(got->bytes) != got->len ||
        get16(got->bytes + 4) > got->len - HEAD) {
        return unclear(change, NO_SENSE);
    }
    ap_rep = (krb5_data){.length = get16(got->bytes + 4), .data = got->bytes + HEAD};
    sealed = (krb5_data){.length = whole.length - HEAD - ap_rep.length,
                         .data = got->bytes + HEAD + ap_rep.length};
    if (ap_rep.length == 0) {
        return read_error(change, &sealed);
    }
    code = open_answer(change, &ap_rep, &sealed, &said);
    if (code != 0 || said.length < RESULT) {
        done = unclear(change, code != 0 ? words_of(change, code) : NO_SENSE);
    } else {
        done = judge(change, &said);
    }
    krb5_free_data_contents(change->context, &said);
    return done;
}

/* --- both --- */

static bool talk(change_t *change, krb5_creds *creds, const asactl_password_t *password)
{
    asactl_controller_message_t got = {0};
    krb5_data request = {0};
    krb5_error_code code;

    if (!asactl_controller_tcp_open(&change->tcp)) {
        return asactl_outcome_fail(
            change->outcome, ASACTL_UNREACHABLE,
            "see that port " ASACTL_CONTROLLER_KPASSWD " (kpasswd) is open to here", change->pool,
            "could not reach %s to change the password", change->host);
    }
    code = compose(change, creds, password, &request);
    if (code != 0) {
        return asactl_outcome_fail(change->outcome, ASACTL_FAILED, NULL, change->pool,
                                   "the change of the password cannot be asked for: %s",
                                   words_of(change, code));
    }
    if (!asactl_controller_tcp_talk(&change->tcp, request.data, request.length, &got)) {
        return unclear(change, "it does not answer");
    }
    return read_answer(change, &got);
}

static bool get_ticket(const change_t *change, krb5_creds *creds)
{
    const asactl_caller_who_t who = {change->caller->name, change->caller->file};
    asactl_caller_wish_t wish = {.service = SERVICE, .host = change->host};
    krb5_error_code code = asactl_caller_initial(change->caller, change->pool, &wish, creds);

    if (wish.unreachable) {
        return asactl_outcome_fail(change->outcome, ASACTL_UNREACHABLE,
                                   "see that it runs, and that port " ASACTL_CONTROLLER_KDC
                                   " is open to here",
                                   change->pool, "the KDC of %s does not answer", change->host);
    }
    return code == 0 || asactl_caller_error_explain(change->pool, &who, code,
                                                    words_of(change, code), change->outcome);
}

bool asactl_caller_change_password(const asactl_caller_t *caller, apr_pool_t *pool,
                                   const char *host, const char *dn,
                                   const asactl_password_t *password, asactl_outcome_t *outcome)
{
    change_t change = {.caller = caller,
                       .pool = pool,
                       .host = host,
                       .dn = dn,
                       .context = caller->context,
                       .tcp = {.pool = pool,
                               .host = host,
                               .port = ASACTL_CONTROLLER_KPASSWD,
                               .deadline = apr_time_now() + PATIENCE,
                               .fd = -1},
                       .outcome = outcome};
    krb5_creds creds = {0};
    bool done = get_ticket(&change, &creds) && talk(&change, &creds, password);

    asactl_controller_tcp_close(&change.tcp);
    if (change.auth != NULL) {
        krb5_auth_con_free(change.context, change.auth);
    }
    krb5_free_cred_contents(change.context, &creds);
    return done;
}
