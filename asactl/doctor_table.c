/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of doctor's checks.
 */
#include "asactl/doctor_account_checks.h"
#include "asactl/doctor_checks.h"
#include "asactl/doctor_name_checks.h"
#include "asactl/doctor_node_checks.h"
#include "asactl/doctor_schedule_checks.h"

#define DIRECTORY   ASACTL_DOCTOR_DIRECTORY
#define ACCOUNT     ASACTL_DOCTOR_ACCOUNT
#define CONTROLLERS ASACTL_DOCTOR_CONTROLLERS
#define NODES       ASACTL_DOCTOR_NODES
#define PAGE        ASACTL_DOCTOR_STATUS_PAGE
#define DNS         ASACTL_DOCTOR_DNS
#define TLS         ASACTL_DOCTOR_TLS
#define SCHEDULE    ASACTL_DOCTOR_SCHEDULE

const asactl_doctor_check_t asactl_doctor_checks[] = {
    /* The domain. */
    {"directory", "Can a domain controller be asked, with the ticket at hand?", 0,
     "Get a ticket with kinit, and name a domain controller with --server.",
     asactl_doctor_check_directory},
    {"controllers", "Does every domain controller answer, its directory and its KDC?", CONTROLLERS,
     "See that it runs and that ports 389 and 88 are open to here; take one that is gone for good "
     "out of the domain.",
     asactl_doctor_check_controllers},
    {"clock-here", "Has this machine the domain's time?", CONTROLLERS,
     "Let chrony or systemd-timesyncd set the clock from a domain controller.",
     asactl_doctor_check_clock_here},
    {"clock-controllers", "Have all domain controllers the same time?", CONTROLLERS,
     "w32tm /query /status on it says where it gets its time; all follow the PDC emulator.",
     asactl_doctor_check_clock_controllers},
    {"replication", "Do all domain controllers say the same of the account?", ACCOUNT | CONTROLLERS,
     "Right after a change, run doctor again some minutes later. Otherwise repadmin /replsummary "
     "says why it does not get there.",
     asactl_doctor_check_replication},

    /* The account. */
    {"account", "Is the account in the directory?", DIRECTORY,
     "Check account in asactl.conf; asactl account create makes one.", asactl_doctor_check_present},
    {"account-enabled", "Is the account enabled?", ACCOUNT,
     "Enable it: Enable-ADAccount -Identity ACCOUNT, or samba-tool user enable ACCOUNT.",
     asactl_doctor_check_enabled},
    {"account-expiry", "Does the account last for 30 days and more?", ACCOUNT,
     "Let it never expire: Clear-ADAccountExpiration -Identity ACCOUNT, or samba-tool user "
     "setexpiry ACCOUNT --noexpiry.",
     asactl_doctor_check_expiry},
    {"password-expiry", "Does the password last for 14 days and more?", ACCOUNT,
     "asactl roll --to-all gives it a new one; a computer account's password never expires.",
     asactl_doctor_check_password_expiry},
    {"password-age",
     "Is the password younger than the schedule's days and three, or without one than 60 days?",
     ACCOUNT | SCHEDULE,
     "asactl roll --to-all gives it a new one; asactl schedule create does so every three weeks.",
     asactl_doctor_check_password_age},
    {"encryption-types", "Are its tickets sealed with AES and nothing else?", ACCOUNT | CONTROLLERS,
     "Set them to 24: Set-ADComputer -Identity ACCOUNT -KerberosEncryptionType AES128,AES256, or "
     "net ads enctypes set ACCOUNT 24. Then give it a new password: asactl roll --to-all.",
     asactl_doctor_check_enctypes},
    {"aes-keys", "Has the account AES keys, as a ticket of each domain controller shows?",
     ACCOUNT | CONTROLLERS, "Give it a new password: asactl roll --to-all.",
     asactl_doctor_check_aes_keys},

    /* Names. */
    {"spn-present", "Does an account hold every name that the nodes serve?", ACCOUNT | PAGE,
     "asactl spn add NAME gives it to the account; or take the name out of httpd's configuration.",
     asactl_doctor_check_spn_present},
    {"spn-owner", "Does every name that the nodes serve belong to this account?", ACCOUNT | PAGE,
     "asactl spn remove OTHER NAME takes it from the other account, asactl spn add NAME gives it "
     "to "
     "this one; or take the name out of httpd's configuration.",
     asactl_doctor_check_spn_owner},
    {"spn-duplicates", "Is this account the only one in the forest that holds its names?", ACCOUNT,
     "Take it from the account that should not have it: asactl spn remove OTHER NAME.",
     asactl_doctor_check_spn_duplicates},
    {"spn-accepted", "Does every server accept tickets for each name that it serves?", PAGE,
     "Let AsaServicePrincipals be auto, or name http/ with that name in it.",
     asactl_doctor_check_spn_accepted},
    {"spn-unserved", "Do the nodes serve every http name of the account?", ACCOUNT | PAGE,
     "Add it to ServerName or ServerAlias, or take it from the account: asactl spn remove NAME.",
     asactl_doctor_check_spn_unserved},
    {"name-address", "Does DNS know an address of every published name?", PAGE | DNS,
     "Add an A record that leads to the balancer.", asactl_doctor_check_name_address},
    {"name-alias", "Has every published name addresses of its own, and is no CNAME?", PAGE | DNS,
     "Make it an A record, or give the account the name that it is an alias of, too.",
     asactl_doctor_check_name_alias},
    {"name-reverse",
     "Do its addresses lead back to it, to another name of the account, or nowhere?",
     ACCOUNT | PAGE | DNS,
     "Correct the PTR record, or set rdns = false in krb5.conf of the clients.",
     asactl_doctor_check_name_reverse},

    /* TLS. */
    {"certificate", "Does every published name show a certificate that clients take?", PAGE | TLS,
     "Install one that carries the name and comes from a CA in the file that ca names.",
     asactl_doctor_check_certificate},
    {"certificate-expiry", "Does it last for 30 days and more?", PAGE | TLS,
     "Renew it, on the balancer or on every node.", asactl_doctor_check_certificate_expiry},

    {"bindings", "Do the nodes accept tickets that are bound to the certificate that is shown?",
     PAGE | TLS,
     "Name the certificate that clients see in AsaChannelBindingCertificate, on every node.",
     asactl_doctor_check_bindings},

    /* The nodes and their keys. */
    {"nodes", "Does every node answer?", NODES, "Reach it with ssh, and run asactl there.",
     asactl_doctor_check_nodes},
    {"clock-nodes", "Have the nodes the domain's time?", NODES,
     "Let chrony or systemd-timesyncd set its clock from a domain controller.",
     asactl_doctor_check_clock_nodes},
    {"key-table", "Does every node hold the key that the directory uses?", ACCOUNT | NODES,
     "asactl roll --to-all gives every node a new key.", asactl_doctor_check_key_table},
    {"ticket-opens", "Does a new ticket of the domain open with the key of every node?",
     ACCOUNT | CONTROLLERS | NODES,
     "The password was changed past asactl, or the key table comes from elsewhere: asactl roll "
     "--to-all gives both a new one.",
     asactl_doctor_check_ticket_opens},
    {"keys-alike", "Are keys of one version number the same on every node?", NODES,
     "asactl roll --to-all gives every node the same new key.", asactl_doctor_check_keys_alike},
    {"key-file", "Has the key table's file the owner, group and mode of asactl.conf?", NODES,
     "Set them with chown and chmod.", asactl_doctor_check_key_file},
    {"denials", "Have SELinux and AppArmor left httpd alone?", NODES,
     "Allow it (restorecon, semanage fcontext, or the profile of httpd), or move the file.",
     asactl_doctor_check_denials},

    /* httpd. */
    {"httpd", "Does httpd run on every node, with the module and its status page?", NODES,
     "Start httpd; asa-status must be open to the node itself, at the address that httpd in "
     "asactl.conf names.",
     asactl_doctor_check_httpd},
    {"versions", "Are module and asactl of one version everywhere?", PAGE,
     "Install the same version on every node, and restart httpd.", asactl_doctor_check_versions},
    {"httpd-keys", "Has httpd taken up every key table of AsaCredential?", PAGE,
     "Correct or replace the file; it is taken up within a second.",
     asactl_doctor_check_httpd_keys},
    {"workers", "Does every worker of httpd hold Latest?", PAGE,
     "Let httpd's group read the key table; systemctl reload apache2 makes new workers.",
     asactl_doctor_check_workers},
    {"health", "Does asa-health tell a balancer that every node can sign users in?", PAGE,
     "See the place: AuthType None, Require all granted, SetHandler asa-health, and nothing else "
     "that takes its path.",
     asactl_doctor_check_health},
    {"servers-alike", "Do the nodes serve the same names and places, with the same directives?",
     PAGE, "Bring the same configuration to every node.", asactl_doctor_check_servers},
    {"places", "Does every place with AsaProtocol demand Kerberos?", PAGE,
     "Set AuthType Negotiate and Require valid-user there.", asactl_doctor_check_places},
    {"header-size", "Do the largest tickets fit into a header?", PAGE,
     "Set LimitRequestFieldSize 65536 in front of the first <VirtualHost>. httpd takes it from the "
     "first one of an address, so that one must not set less.",
     asactl_doctor_check_header_size},
    {"read-timeout", "May the bodies of RPC channels last?", PAGE,
     "Set RequestReadTimeout header=20-40,MinRate=500 body=0 in front of the first <VirtualHost>. "
     "httpd takes it from the first one of an address, so that one must not set another.",
     asactl_doctor_check_read_timeout},

    /* Logs. */
    {"log-folder", "Can httpd write its HttpProxy log?", PAGE,
     "Make the folder, and give it to httpd's user: chown -R USER FOLDER.",
     asactl_doctor_check_log_folder},
    {"log-recent", "Has it requests of the last seven days?", PAGE,
     "See whether the balancer sends anybody to this node.", asactl_doctor_check_log_recent},
    {"log-kerberos", "Do its newest 1,000 requests prove Kerberos and nothing else?", PAGE,
     "asactl log FOLDER on that node says who, and since when.", asactl_doctor_check_log_kerberos},

    /* The schedule. */
    {"schedule", "Is there a schedule, on this machine or a node, that rolls the password?",
     SCHEDULE | NODES, "asactl schedule create --to-all makes one, unless another machine has it.",
     asactl_doctor_check_schedule},
    {"schedule-result", "Did its last run do well, and is none overdue?", SCHEDULE | NODES,
     "asactl schedule show says where its log lies.", asactl_doctor_check_schedule_result},
    {.name = NULL},
};
