/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts equal log lines that follow each other within ten seconds, so that a flood of them is
 * logged as one line and a number.  Of different lines 128 pass in ten seconds; the rest is
 * counted.
 *
 * One table a process.  Threads: any.  now is the caller's apr_time_now(); a clock that is set back
 * ends what is held back.
 */
#ifndef MOD_ASA_AUTH_FLOOD_H
#define MOD_ASA_AUTH_FLOOD_H

#include <stdbool.h>

#include <apr_time.h>

typedef struct mod_asa_flood_report_t {
    char line[512];
    int level;
    unsigned long repeated;
} mod_asa_flood_report_t;

/* May this line be written now?  Then *repeated_out is how many equal ones were held back before it
 * and not yet reported. */
bool mod_asa_flood_let_through(const char *line, int level, apr_time_t now,
                               unsigned long *repeated_out);

/* Takes one line that was held back and whose time is over; false when there is none. */
bool mod_asa_flood_take_over(apr_time_t now, mod_asa_flood_report_t *out);

#endif
