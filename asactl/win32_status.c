/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of Windows' status values.
 */
#include "asactl/win32_status.h"

#include <stddef.h>

#define NO_CONTROLLER                                                                              \
    "The server found no domain controller. Check its DNS, its site and its network."
#define POLICY "The account may not sign in here or now. Look at its restrictions."
#define TRUST                                                                                      \
    "The server's own account or a trust between domains is broken. Reset the machine's secure "   \
    "channel (Test-ComputerSecureChannel -Repair) or the trust."
#define CLOCK                                                                                      \
    "The clocks are more than five minutes apart. Synchronise client, server and domain "          \
    "controllers."

static const struct {
    int64_t status;
    const char *name;
    const char *meaning;
} rows[] = {
    {0, "ERROR_SUCCESS", "The application or the back end answered 401, not IIS."},
    {5, "ERROR_ACCESS_DENIED",
     "With 401.2 the first, anonymous request of a client, which is normal; with 401.3 the "
     "rights on a file."},
    {1311, "ERROR_NO_LOGON_SERVERS", NO_CONTROLLER},
    {1317, "ERROR_NO_SUCH_USER", "There is no such account. Correct the name in the client."},
    {1326, "ERROR_LOGON_FAILURE", "User name or password is wrong (Basic or NTLM)."},
    {1327, "ERROR_ACCOUNT_RESTRICTION", POLICY},
    {1328, "ERROR_INVALID_LOGON_HOURS", POLICY},
    {1329, "ERROR_INVALID_WORKSTATION", POLICY},
    {1330, "ERROR_PASSWORD_EXPIRED", "The password has expired. Let the user change it."},
    {1331, "ERROR_ACCOUNT_DISABLED", "The account is disabled. Enable it, or stop its client."},
    {1385, "ERROR_LOGON_TYPE_NOT_GRANTED",
     "The user lacks the right to sign in to this server from the network."},
    {1396, "ERROR_WRONG_TARGET_NAME",
     "The ticket is for another account than the server's. Put the name on the account whose keys "
     "the servers share (setspn -Q finds where it is)."},
    {1397, "ERROR_MUTUAL_AUTH_FAILED",
     "The server could not prove itself. Check where its name is registered (setspn -Q)."},
    {1398, "ERROR_TIME_SKEW", CLOCK},
    {1787, "ERROR_NO_TRUST_SAM_ACCOUNT", TRUST},
    {1789, "ERROR_TRUSTED_RELATIONSHIP_FAILURE", TRUST},
    {1793, "ERROR_ACCOUNT_EXPIRED", "The account has expired. Extend it, or stop its client."},
    {1907, "ERROR_PASSWORD_MUST_CHANGE", "The user must choose a new password first."},
    {1909, "ERROR_ACCOUNT_LOCKED_OUT",
     "The account is locked. Find the client that tries an old password."},
    {2148074241, "SEC_E_INVALID_HANDLE",
     "A sign-in of several legs lost its connection. Keep a client on one server and one "
     "connection."},
    {2148074243, "SEC_E_TARGET_UNKNOWN",
     "No account holds the service principal name. Add it to the alternate service account "
     "(setspn -S)."},
    {2148074244, "SEC_E_INTERNAL_ERROR", "Look into the server's System event log for Kerberos."},
    {2148074245, "SEC_E_SECPKG_NOT_FOUND",
     "The client asked for a scheme that this server does not have."},
    {2148074248, "SEC_E_INVALID_TOKEN",
     "The token is broken, or the legs of NTLM went to different servers. Keep connections on one "
     "server, or use Kerberos, which needs one leg."},
    {2148074251, "SEC_E_NO_IMPERSONATION", "The client does not let the server act for it."},
    {2148074252, "SEC_E_LOGON_DENIED", "The sign-in was denied: wrong password or no right."},
    {2148074253, "SEC_E_UNKNOWN_CREDENTIALS", "The server does not know these credentials."},
    {ASACTL_WIN32_NO_CREDENTIALS, "SEC_E_NO_CREDENTIALS",
     "One leg of NTLM, or a Kerberos ticket that the server could not open. In front of a success "
     "it means that Kerberos was not used: check that the name is on the alternate service account "
     "and that this server has its keys."},
    {2148074255, "SEC_E_MESSAGE_ALTERED",
     "Client and server do not use the same key. Check where the name is registered (setspn -Q)."},
    {2148074256, "SEC_E_OUT_OF_SEQUENCE", "Something between client and server repeats requests."},
    {2148074257, "SEC_E_NO_AUTHENTICATING_AUTHORITY", NO_CONTROLLER},
    {2148074264, "SEC_E_INCOMPLETE_MESSAGE",
     "The token was cut. Look for a limit on headers in front of the server."},
    {2148074274, "SEC_E_WRONG_PRINCIPAL",
     "The ticket is sealed for another account: the name is on a wrong account or on two, or this "
     "server lacks the latest key of the alternate service account."},
    {2148074276, "SEC_E_TIME_SKEW", CLOCK},
    {2148074289, "SEC_E_ALGORITHM_MISMATCH", "Client and server share no encryption type."},
    {2148074306, "SEC_E_KDC_UNKNOWN_ETYPE",
     "The account lacks the key of the encryption type that was asked for. Set its "
     "msDS-SupportedEncryptionTypes and its password anew."},
    {2148074309, "SEC_E_DELEGATION_REQUIRED", "The server needs a ticket that it may pass on."},
    {2148074310, "SEC_E_BAD_BINDINGS",
     "Extended Protection: TLS ends in front of the server with another certificate. Use the same "
     "certificate on the balancer and the servers."},
    {2148074312, "SEC_E_NO_KERB_KEY", "The account has no Kerberos key. Set its password anew."},
};

static size_t find(int64_t status)
{
    size_t i = 0;

    while (i < sizeof(rows) / sizeof(rows[0]) && rows[i].status != status) {
        i++;
    }
    return i;
}

const char *asactl_win32_status_name(int64_t status)
{
    size_t i = find(status);

    return i < sizeof(rows) / sizeof(rows[0]) ? rows[i].name : NULL;
}

const char *asactl_win32_status_meaning(int64_t status)
{
    size_t i = find(status);

    return i < sizeof(rows) / sizeof(rows[0]) ? rows[i].meaning : NULL;
}
