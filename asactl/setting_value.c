/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges values of settings, whole text each.
 */
#include "asactl/setting_value.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/stat.h>

#include "core/number_text.h"

#define DIGITS  "0123456789"
#define SMALL   "abcdefghijklmnopqrstuvwxyz"
#define LETTERS SMALL "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* DNS allows no more (RFC 1035 section 2.3.4). */
#define HOST_MAX 253
#define URL_MAX  2048

static bool only(const char *text, const char *first, const char *rest)
{
    return text[0] != '\0' && strchr(first, text[0]) != NULL &&
           text[1 + strspn(text + 1, rest)] == '\0';
}

/* No control characters, at least one byte, at most limit. */
static bool printable(const char *text, size_t limit)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) {
            return false;
        }
    }
    return len > 0 && len <= limit;
}

const char *asactl_setting_value_host(const char *text)
{
    bool host = strlen(text) <= HOST_MAX && strstr(text, "..") == NULL &&
                only(text, LETTERS DIGITS, LETTERS DIGITS ".-_");

    return host ? NULL : "a host name (letters, digits, '.', '-' and '_')";
}

/* That of an Active Directory has capitals only, and the keys of its accounts follow from it. */
const char *asactl_setting_value_realm(const char *text)
{
    bool realm = asactl_setting_value_host(text) == NULL && strpbrk(text, SMALL) == NULL;

    return realm ? NULL : "a Kerberos realm in capitals, like CORP.EXAMPLE";
}

/* What sAMAccountName may hold (MS-SAMR section 3.1.1.6); a domain may stand before it. */
const char *asactl_setting_value_account(const char *text)
{
    const char *name = strchr(text, '\\') != NULL ? strchr(text, '\\') + 1 : text;
    bool account = printable(text, 256) && name[0] != '\0' && name[0] != '-' && text[0] != '-' &&
                   text[0] != '\\' && strpbrk(name, "\"/\\[]:;|=,+*?<>@") == NULL;

    return account ? NULL : "the name of an account (sAMAccountName), like EXCH2016ASA$";
}

/* A realm may stand behind it. */
const char *asactl_setting_value_principal(const char *text)
{
    const char *at = strchr(text, '@');
    bool principal = printable(text, 256) && text[0] != '-' && text[0] != '@' &&
                     strpbrk(text, "\\ ") == NULL &&
                     (at == NULL || asactl_setting_value_host(at + 1) == NULL);

    return principal ? NULL : "a Kerberos principal, like roller@CORP.EXAMPLE";
}

const char *asactl_setting_value_file(const char *text)
{
    return text[0] == '/' && printable(text, 4096) ? NULL : "the absolute path of a file";
}

const char *asactl_setting_value_user(const char *text)
{
    bool user = strlen(text) <= 256 && only(text, LETTERS DIGITS "_", LETTERS DIGITS "_.-$\\@");

    return user ? NULL : "the name or number of a user or group";
}

const char *asactl_setting_value_port(const char *text)
{
    uint64_t port;

    return asa_number_text_read(text, strlen(text), 65535, &port) && port > 0
               ? NULL
               : "a port from 1 to 65535";
}

mode_t asactl_setting_value_bits(const char *text)
{
    uint64_t bits;

    return asa_number_text_octal(text, strlen(text), ALLPERMS, &bits) ? (mode_t)bits : ALLPERMS;
}

/* Whoever reads the keys can make tickets: nobody but owner and group. */
const char *asactl_setting_value_mode(const char *text)
{
    mode_t bits = asactl_setting_value_bits(text);
    bool whole = strlen(text) >= 3 && strlen(text) <= 4;

    return whole && (bits & 0400) != 0 && (bits & ~(mode_t)0660) == 0
               ? NULL
               : "octal permissions for owner and group only, like 0640";
}

const char *asactl_setting_value_ldap(const char *text)
{
    bool known =
        strcmp(text, "gssapi") == 0 || strcmp(text, "ldaps") == 0 || strcmp(text, "starttls") == 0;

    return known ? NULL : "gssapi, ldaps or starttls";
}

const char *asactl_setting_value_ssh_option(const char *text)
{
    size_t name = strspn(text, LETTERS DIGITS);

    return name > 0 && (text[name] == '=' || text[name] == ' ') && text[name + 1] != '\0' &&
                   printable(text, 4096)
               ? NULL
               : "an option of ssh_config(5), as NAME=VALUE";
}

const char *asactl_setting_value_command(const char *text)
{
    return printable(text, 4096) && text[0] != '-' && text[0] != ' ' ? NULL : "a command";
}

/* Nobody's name and password, and no fragment: what is left is a host, a port and a path. */
static bool is_page(const char *text)
{
    size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
                    : strncmp(text, "http://", 7) == 0 ? 7
                                                       : 0;
    const char *host = text + scheme, *path = strchr(host, '/'), *colon = strchr(host, ':');
    char name[HOST_MAX + 1], port[6];
    size_t len;

    if (scheme == 0 || path == NULL || strlen(text) > URL_MAX) {
        return false;
    }
    len = (size_t)((colon != NULL && colon < path ? colon : path) - host);
    if (len >= sizeof name) {
        return false;
    }
    memcpy(name, host, len);
    name[len] = '\0';
    if (colon != NULL && colon < path) {
        size_t digits = (size_t)(path - colon) - 1;
        if (digits >= sizeof port) {
            return false;
        }
        memcpy(port, colon + 1, digits);
        port[digits] = '\0';
        if (asactl_setting_value_port(port) != NULL) {
            return false;
        }
    }
    return asactl_setting_value_host(name) == NULL &&
           path[strspn(path, LETTERS DIGITS "/-._~%!$&'()*+,;=:@?")] == '\0';
}

const char *asactl_setting_value_page(const char *text)
{
    return is_page(text) ? NULL : "the URL of a page: https://HOST/PATH or http://HOST/PATH";
}

const char *asactl_setting_value_status(const char *text)
{
    return strcmp(text, "none") == 0 || is_page(text)
               ? NULL
               : "none, or the URL of a page: https://HOST/PATH or http://HOST/PATH";
}

const char *asactl_setting_value_httpd(const char *text)
{
    unsigned char address[sizeof(struct in6_addr)];
    bool known = strcmp(text, "hostname") == 0 || inet_pton(AF_INET, text, address) == 1 ||
                 inet_pton(AF_INET6, text, address) == 1;

    return known ? NULL : "an IP address, or hostname";
}
