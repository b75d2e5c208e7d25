/* SPDX-License-Identifier: Apache-2.0
 *
 * A directory that gives two values at a time, for one process: preloaded, it asks for ranges where
 * the process asks for service principal names, as a controller with a small MaxValRange would
 * answer by itself.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef int (*real_search_t)(LDAP *, const char *, int, const char *, char **, int, LDAPControl **,
                             LDAPControl **, struct timeval *, int, LDAPMessage **);

#define NAME "servicePrincipalName"
#define MOST 16

static const char *cut(const char *attribute, char *room, size_t size)
{
    const char *range = attribute + sizeof NAME - 1;
    int first = 0;

    if (strncasecmp(attribute, NAME, sizeof NAME - 1) != 0) {
        return attribute;
    }
    if (*range != '\0') {
        sscanf(range, ";range=%d", &first);
    }
    snprintf(room, size, NAME ";range=%d-%d", first, first + 1);
    return room;
}

int ldap_search_ext_s(LDAP *ldap, const char *base, int scope, const char *filter,
                      char **attributes, int bare, LDAPControl **controls, LDAPControl **client,
                      struct timeval *patience, int limit, LDAPMessage **answer)
{
    static char room[MOST][64];
    char *asked[MOST + 1] = {NULL};
    real_search_t real;

    *(void **)&real = dlsym(RTLD_NEXT, "ldap_search_ext_s");
    for (size_t i = 0; i < MOST && attributes[i] != NULL; i++) {
        asked[i] = (char *)cut(attributes[i], room[i], sizeof room[i]);
    }
    return real(ldap, base, scope, filter, asked, bare, controls, client, patience, limit, answer);
}
