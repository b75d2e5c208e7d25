/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of verbs: one row each; the program, its help, the manual page and the completion
 * follow it.
 */
#include "asactl/verb.h"

#include "asactl/help.h"

const asactl_verb_t asactl_verbs[] = {
    {.name = "help",
     .synopsis = "[VERB | exit-codes]",
     .line = "explain a verb, or list all",
     .help = "Explains a verb, with an example; exit-codes says what each exit code means.\n"
             "\n"
             "    asactl help exit-codes\n",
     .run = asactl_help_run},
    {.name = NULL},
};
