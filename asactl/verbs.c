/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of verbs: one row each; the program, its help, the manual page and the completion
 * follow it.
 */
#include "asactl/verb.h"

#include "asactl/help.h"
#include "asactl/verb_account.h"
#include "asactl/verb_copy.h"
#include "asactl/verb_doctor.h"
#include "asactl/verb_log.h"
#include "asactl/verb_node.h"
#include "asactl/verb_remove.h"
#include "asactl/verb_roll.h"
#include "asactl/verb_schedule.h"
#include "asactl/verb_spn.h"
#include "asactl/verb_status.h"
#include "asactl/verb_verify.h"

const asactl_verb_t asactl_verbs[] = {
    {.name = "account create",
     .synopsis = "[NAME] [--user] [--ou DN] [--enctypes 24|28] [--description TEXT]",
     .line = "make the account whose keys the nodes share",
     .help =
         "Makes a computer account ('$' is added to its name), or a user account with --user,\n"
         "with a random password that nobody ever sees. Without NAME, the account of\n"
         "asactl.conf. Its tickets are sealed with AES (24); 28 allows RC4 too. A user account\n"
         "needs a name before its first roll, as only then there are tickets for it: spn add\n"
         "with --force gives it one that no client asks for, like asactl/NAME.\n"
         "\n"
         "    asactl account create EXCH2016ASA --description 'Alternate service account'\n",
     .needs = ASACTL_NEEDS_DIRECTORY | ASACTL_CHANGES,
     .options = "user ou= enctypes= description=",
     .run = asactl_verb_account_create},
    {.name = "account show",
     .synopsis = "[NAME]",
     .line = "what the directory says about an account, and what is wrong with it",
     .help = "Shows an account: state, time of its password, key version, encryption types and\n"
             "service principal names, and a note with a remedy for whatever is wrong with it.\n"
             "\n"
             "    asactl account show 'EXCH2016ASA$'\n",
     .needs = ASACTL_NEEDS_DIRECTORY,
     .options = "",
     .run = asactl_verb_account_show},
    {.name = "account disable",
     .synopsis = "[NAME]",
     .line = "disable an account: clients get no tickets for its names",
     .help =
         "Disables an account, after a question. Clients that still have tickets sign in until\n"
         "these end; then they fall back to NTLM, or fail.\n"
         "\n"
         "    asactl account disable 'OLDASA$'\n",
     .needs = ASACTL_NEEDS_DIRECTORY | ASACTL_CHANGES,
     .options = "",
     .run = asactl_verb_account_disable},
    {.name = "account delete",
     .synopsis = "[NAME]",
     .line = "delete an account that holds no names",
     .help =
         "Deletes an account, after a question. One that still holds service principal names is\n"
         "in use and stays; --force deletes it with them.\n"
         "\n"
         "    asactl account delete 'OLDASA$'\n",
     .needs = ASACTL_NEEDS_DIRECTORY | ASACTL_CHANGES,
     .options = "",
     .run = asactl_verb_account_delete},
    {.name = "spn query",
     .synopsis = "NAME...",
     .line = "who holds a service principal name, in the whole forest",
     .help =
         "Asks the global catalog who holds each NAME, class/host, with '*' for any part of it.\n"
         "Exit code 3 says that no account holds one of them: it is free.\n"
         "\n"
         "    asactl spn query http/mail.corp.tailspintoys.com 'exchangeMDB/*'\n",
     .needs = ASACTL_NEEDS_DIRECTORY,
     .options = "",
     .run = asactl_verb_spn_query},
    {.name = "spn add",
     .synopsis = "[ACCOUNT] NAME...",
     .line = "give service principal names to an account, if nobody holds them",
     .help =
         "Adds every NAME, class/host, to the account, or none: a name that any account of the\n"
         "forest holds, in whatever case, is refused with its holder; so is an account of which\n"
         "no node of asactl.conf holds a key, unless --force is given.\n"
         "\n"
         "    asactl spn add 'EXCH2016ASA$' http/mail.corp.tailspintoys.com http/mail\n",
     .needs = ASACTL_NEEDS_DIRECTORY | ASACTL_CHANGES,
     .options = "",
     .run = asactl_verb_spn_add},
    {.name = "spn remove",
     .synopsis = "[ACCOUNT] NAME...",
     .line = "take service principal names away from an account",
     .help = "Removes every NAME from the account, after a question, or none if it does not hold\n"
             "one of them. Clients then get no ticket for these names.\n"
             "\n"
             "    asactl spn remove 'EXCH2016ASA$' http/old.corp.tailspintoys.com\n",
     .needs = ASACTL_NEEDS_DIRECTORY | ASACTL_CHANGES,
     .options = "",
     .run = asactl_verb_spn_remove},
    {.name = "spn list",
     .synopsis = "[ACCOUNT]",
     .line = "the service principal names of an account",
     .help = "Lists the service principal names of an account, one a line.\n"
             "\n"
             "    asactl spn list 'EXCH2016ASA$'\n",
     .needs = ASACTL_NEEDS_DIRECTORY,
     .options = "",
     .run = asactl_verb_spn_list},
    {.name = "spn duplicates",
     .synopsis = "",
     .line = "service principal names that more than one account holds",
     .help = "Looks through the whole forest for names that more than one account holds: clients\n"
             "get no ticket for them. Exit code 1 if there are any.\n"
             "\n"
             "    asactl spn duplicates\n",
     .needs = ASACTL_NEEDS_DIRECTORY,
     .options = "",
     .run = asactl_verb_spn_duplicates},
    {.name = "status",
     .synopsis = "[--no-directory] [NODE | ARRAY]...",
     .line = "show what every node holds, and whether it matches the directory",
     .help = "Asks all nodes at once, those of asactl.conf if none are named, and compares their "
             "Latest with the directory; --no-directory leaves that out. With a status page in "
             "asactl.conf, it shows what the running workers hold, too. Exit code 1: a node "
             "differs, its key table is of no use, or a worker lacks Latest or is not seen.\n"
             "\n"
             "    asactl status --json\n",
     .options = "no-directory",
     .run = asactl_verb_status},
    {.name = "verify",
     .synopsis = "[--spn NAME] [--path PATH] [--no-balancer] [NODE | ARRAY]...",
     .line = "sign in for real, with every name, on every node and through the balancer",
     .help =
         "Gets a fresh ticket for every http name of the account, as you or with client-keytab, "
         "and signs in with it: on every node, past the balancer, and at the published name, "
         "through it. Certificates, mutual authentication, the name that comes out and the line "
         "of the HttpProxy log are checked. A table shows every name at every place, then each "
         "failure with its reason and remedy; -v shows the tickets and every visit. Nothing is "
         "changed.\n"
         "\n"
         "--spn tries this name only (may repeat). --path says which place is visited; without "
         "it, the first that asks for Negotiate on the node, as its status page names it. "
         "Without a status page in asactl.conf it is /, and log lines are not seen. "
         "--no-balancer leaves the published name out.\n"
         "\n"
         "Exit code 0: every sign-in succeeded; 1: one failed; 3: there is no name to try; 7: you "
         "have no ticket. Monitoring can watch it.\n"
         "\n"
         "    asactl verify -v\n",
     .options = "spn= path= no-balancer",
     .run = asactl_verb_verify},
    {.name = "roll",
     .synopsis = "[--to-server NODE] [--to-array NAME] [--to-all] [--password-file FILE] "
                 "[--pause SECONDS] [--wait SECONDS] [--if-older DAYS] [--result FILE]",
     .line = "give the account a new password; nobody notices",
     .help =
         "Brings the next key to every node, waits until the workers have it, "
         "sets the password at one domain controller and waits until tickets of every controller "
         "are sealed with it (--wait, 600 seconds). The key before it stays as Previous. If a "
         "node cannot take the key, the directory is not touched. Nor is it if a node of "
         "asactl.conf that is not named here holds keys of the account: it would be left behind; "
         "--force leaves it. A roll that was killed goes on "
         "when it is run again. The password is a random one that nobody sees, or the text in "
         "FILE.\n"
         "\n"
         "With a status page in asactl.conf, every running worker is seen to hold the key within "
         "--pause seconds (30), or the nodes give it back and the directory is not touched. "
         "Without such a page, --pause (5 seconds) is how long the workers have, unseen.\n"
         "\n"
         "--if-older rolls only a password that is DAYS old, and finishes a roll that was killed; "
         "--result notes what came of it in FILE, for monitoring.\n"
         "\n"
         "    asactl roll --to-array cas\n",
     .needs = ASACTL_CHANGES,
     .options = "to-server= to-array= to-all password-file= pause= wait= if-older= result=",
     .run = asactl_verb_roll},
    {.name = "copy",
     .synopsis = "--from NODE --to NODE [--to NODE...]",
     .line = "give the keys of one node to others",
     .help =
         "Takes the account's keys from a node that holds them and installs them on others: for "
         "a new node, or one that missed a roll. The password stays as it is. Arrays of "
         "asactl.conf stand for their servers.\n"
         "\n"
         "    asactl copy --from cas-1 --to cas-3\n",
     .needs = ASACTL_CHANGES,
     .options = "from= to=",
     .run = asactl_verb_copy},
    {.name = "remove",
     .synopsis = "[--from-server NODE] [--from-array NAME] [--from-all] [--keep-spns] "
                 "[--keep-keys] [--delete-account]",
     .line = "turn Kerberos off: names, keys, and the account if asked for",
     .help =
         "Takes every service principal name from the account, then its keys from the nodes, and "
         "with --delete-account deletes it. Clients get no new tickets and fall back; tickets "
         "that they have live for ten hours at most. Where nobody may notice, take the names "
         "with --keep-keys and run it again ten hours later. --keep-spns is for a node that "
         "leaves the others: only its keys go. A node that does not answer stops it before "
         "anything is changed. Run again after a failure, it does what is left.\n"
         "\n"
         "A node that has other keys refuses those tickets. Where the key table is gone, a "
         "running httpd takes them until it is stopped; take AsaCredential and AuthType "
         "Negotiate out of its configuration before it starts or reloads again.\n"
         "\n"
         "    asactl remove --from-all --delete-account\n",
     .needs = ASACTL_NEEDS_DIRECTORY | ASACTL_CHANGES,
     .options = "from-server= from-array= from-all keep-spns keep-keys delete-account",
     .run = asactl_verb_remove},
    {.name = "schedule create",
     .synopsis = "[--to-server NODE] [--to-array NAME] [--to-all] [--every DAYS] [--at HH:MM] "
                 "[--cron] [--root DIR]",
     .line = "roll unattended, every three weeks",
     .help =
         "Writes and starts a systemd timer, or with --cron a file in /etc/cron.d, that looks "
         "every day (03:17) whether the password is --every days old (21), and rolls it then; a "
         "roll that failed is tried again the next day. It never expires. It takes the settings "
         "and options that are given here along, writes to /var/log/asactl, and needs a key table "
         "to get a ticket from: see client-keytab in asactl.conf(5). --root writes below "
         "DIR, for an image, and starts nothing.\n"
         "\n"
         "    asactl schedule create --to-all\n",
     .needs = ASACTL_CHANGES,
     .options = "to-server= to-array= to-all every= at= cron root=",
     .run = asactl_verb_schedule_create},
    {.name = "schedule show",
     .synopsis = "[--root DIR]",
     .line = "the schedule, and what came of its last run",
     .help = "Exit code 1: the last run failed, or none has come for three days; 3: there is no "
             "schedule. Monitoring can watch it.\n"
             "\n"
             "    asactl schedule show --json\n",
     .options = "root=",
     .run = asactl_verb_schedule_show},
    {.name = "schedule remove",
     .synopsis = "[--root DIR]",
     .line = "roll unattended no more",
     .help = "Stops the timer and removes what schedule create wrote; its log stays.\n"
             "\n"
             "    asactl schedule remove\n",
     .needs = ASACTL_CHANGES,
     .options = "root=",
     .run = asactl_verb_schedule_remove},
    {.name = "doctor",
     .synopsis = "[--only CHECK] [--list] [NODE | ARRAY]...",
     .line = "check everything that Kerberos hangs on, with a remedy for what is wrong",
     .help =
         "Looks at the account and every domain controller, the published names in the directory, "
         "in DNS and over TLS, the nodes (those of asactl.conf if none are named) and the schedule "
         "of this machine, and changes nothing. Each line is ok, warn or FAIL, with a remedy, or ? "
         "where something could not be checked, with the reason. --only, which may be repeated, "
         "runs a check by its name; --list shows what each asks and needs. Exit code 0: none "
         "failed, though some may warn or could not be checked; 1: one failed, or none could be "
         "checked.\n"
         "\n"
         "    asactl doctor --only spn-present --only spn-owner\n",
     .options = "only= list",
     .run = asactl_verb_doctor},
    {.name = "log",
     .synopsis = "[FILE | FOLDER]... [--since TIME] [--until TIME] [--protocol NAME] [--user NAME] "
                 "[--address ADDRESS] [--no-monitoring] [--trust-negotiate] [--follow] [--csv] "
                 "[--html FILE]",
     .line = "who signs in by Kerberos, who does not, and why, as logs prove it",
     .help =
         "Reads HttpProxy logs of every Exchange and of mod_asa_auth, W3C logs of IIS and Address "
         "Book logs of Exchange 2010; plain, or packed by gzip or xz; folders with all that is in "
         "them; '-' or nothing: standard input. Lines that are broken or contradict themselves "
         "are shown and not counted.\n"
         "\n"
         "Exchange writes Negotiate for Kerberos and for NTLM inside Negotiate alike, so its log "
         "proves no Kerberos; --trust-negotiate counts it as Kerberos all the same. The log of "
         "mod_asa_auth proves each sign-in.\n"
         "\n"
         "TIME is UTC, 2026-11-26 or 2026-11-26T08:00:00Z, or how long ago: 30m, 2h, 3d, 1w. "
         "--protocol, --user and --address may be repeated: any of them. --no-monitoring leaves "
         "out the health mailboxes, as which Exchange signs in on its servers all the time. "
         "--follow shows who is "
         "not signed in by Kerberos as it happens, until Ctrl-C. --html writes the report as one "
         "page with plots, too, which needs no network; it names users, so a new file is yours "
         "alone (0600).\n"
         "\n"
         "Exit code 0: every request that was signed in came by Kerberos, and there was one; 1: "
         "not so, or lines were broken or forged; 2: something cannot be read, or is no log.\n"
         "\n"
         "    asactl log --since 1d /var/log/apache2/HttpProxy\n",
     .options =
         "since= until= protocol= user= address= no-monitoring trust-negotiate follow csv html=",
     .run = asactl_verb_log},
    {.name = "node status",
     .synopsis = "",
     .line = "show what this machine's key table holds",
     .help = "Shows Latest and Previous of every account, encryption types, owner and mode of the "
             "file, and with a status page in asactl.conf what the running workers hold.\n"
             "\n"
             "    asactl node status --json\n",
     .run = asactl_verb_node_status},
    {.name = "node install",
     .synopsis = "[--settled] <FILE",
     .line = "take keys from stdin into this machine's key table",
     .help =
         "Reads a key table from stdin and adds its keys to this machine's: Latest and Previous "
         "of the account stay, an older key as long as a ticket sealed with it can be alive, "
         "and keys of the node itself as they are. The file is replaced in one step and keeps "
         "its owner and mode. Keys of another account and older keys are refused; --force "
         "takes them.\n"
         "\n"
         "--settled says that these keys are those of the directory: others with the same key "
         "version number, or a higher one, go.\n"
         "\n"
         "    asactl node install <new.keytab\n",
     .needs = ASACTL_CHANGES,
     .options = "settled",
     .run = asactl_verb_node_install},
    {.name = "node remove",
     .synopsis = "",
     .line = "drop the account's keys from this machine's key table",
     .help =
         "Removes every key of the account; keys of other accounts and of the node itself stay. "
         "A key table that would hold nothing is removed.\n"
         "\n"
         "    asactl node remove --account 'EXCH2016ASA$'\n",
     .needs = ASACTL_CHANGES,
     .run = asactl_verb_node_remove},
    {.name = "node serve",
     .synopsis = "[--as-asked]",
     .line = "answer another machine's asactl on stdin and stdout",
     .help = "The far side of ssh: reads one request from stdin and answers on stdout. This "
             "machine's asactl.conf says which key table, with which rights, whose keys, and which "
             "status page; with --as-asked, the request does, as asactl sends it. So a forced "
             "command in authorized_keys limits its key:\n"
             "\n"
             "    command=\"asactl node serve\",restrict ssh-ed25519 AAAA...\n",
     .options = "as-asked",
     .run = asactl_verb_node_serve},
    {.name = "help",
     .synopsis = "[VERB | exit-codes]",
     .line = "explain a verb, or list all",
     .help = "Explains a verb, with an example; exit-codes says what each exit code means.\n"
             "\n"
             "    asactl help exit-codes\n",
     .run = asactl_help_run},
    {.name = NULL},
};
