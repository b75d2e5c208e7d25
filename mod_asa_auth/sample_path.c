/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks a regular expression once and writes down what it would match.
 */
#include "mod_asa_auth/sample_path.h"

#include <stdbool.h>
#include <string.h>

#include <apr_strings.h>

#define DEPTH_MAX 16
#define PATH_SIZE 256

typedef struct {
    const char *at;
    char path[PATH_SIZE];
    size_t len;
    int depth;
    bool lost; /* there is something that this does not understand */
} walk_t;

static void put(walk_t *walk, char c)
{
    if (walk->len >= PATH_SIZE - 1) {
        walk->lost = true;
    } else {
        walk->path[walk->len++] = c;
    }
}

/* At the backslash.  Digits are back references, and other letters have other meanings. */
static void walk_escape(walk_t *walk)
{
    static const char letters[] = "dwsWDS", samples[] = "0a a/a";
    const char *letter;
    char c = walk->at[1];

    if (c == '\0') {
        walk->lost = true;
        return;
    }
    walk->at += 2;
    letter = strchr(letters, c);
    if (letter != NULL) {
        put(walk, samples[letter - letters]);
    } else if (strchr("bAzZ", c) != NULL) {
        return;
    } else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        walk->lost = true;
    } else {
        put(walk, c);
    }
}

/* At the bracket: the first member stands for all; for what is excluded, any letter. */
static void walk_set(walk_t *walk)
{
    const char *first = ++walk->at;

    if (*first == '^') {
        put(walk, 'a');
        walk->at++;
    } else if (*first == '\\') {
        walk_escape(walk);
    } else {
        put(walk, *first);
    }
    if (*walk->at == ']' && walk->at == first) {
        walk->at++;
    }
    while (*walk->at != '\0' && *walk->at != ']') {
        walk->at += *walk->at == '\\' && walk->at[1] != '\0' ? 2 : 1;
    }
    if (*walk->at == '\0') {
        walk->lost = true;
    } else {
        walk->at++;
    }
}

static void walk_branches(walk_t *walk);

/* At the parenthesis: a group, or flags that stand alone. */
static void walk_group(walk_t *walk)
{
    walk->at++;
    if (*walk->at == '?') {
        walk->at += 1 + strspn(walk->at + 1, "imsx-");
        if (*walk->at == ')') {
            walk->at++;
            return;
        }
        if (*walk->at++ != ':') {
            walk->lost = true;
            return;
        }
    }
    walk_branches(walk);
    if (*walk->at == ')') {
        walk->at++;
    } else {
        walk->lost = true;
    }
}

static void walk_atom(walk_t *walk)
{
    switch (*walk->at) {
    case '(':
        walk_group(walk);
        break;
    case '[':
        walk_set(walk);
        break;
    case '\\':
        walk_escape(walk);
        break;
    case '.':
        put(walk, 'a');
        walk->at++;
        break;
    case '^':
    case '$':
    case '?':
    case '*':
    case '+':
        walk->at++;
        break;
    case '{':
        walk->at += strcspn(walk->at, "}");
        walk->at += *walk->at == '}' ? 1 : 0;
        break;
    default:
        put(walk, *walk->at++);
    }
}

/* Up to the end of the group: the first branch is written down, the others only passed. */
static void walk_branches(walk_t *walk)
{
    size_t len = 0;
    bool first = true;

    if (++walk->depth > DEPTH_MAX) {
        walk->lost = true;
    }
    while (!walk->lost && *walk->at != '\0' && *walk->at != ')') {
        if (*walk->at == '|') {
            len = first ? walk->len : len;
            first = false;
            walk->at++;
        } else {
            walk_atom(walk);
        }
        walk->len = first ? walk->len : len;
    }
    walk->depth--;
}

const char *mod_asa_sample_path(apr_pool_t *pool, const char *expression)
{
    walk_t walk = {.at = expression};

    walk_branches(&walk);
    if (walk.lost || *walk.at != '\0') {
        return NULL;
    }
    return apr_pstrcat(pool, walk.len > 0 && walk.path[0] == '/' ? "" : "/",
                       apr_pstrmemdup(pool, walk.path, walk.len), NULL);
}
