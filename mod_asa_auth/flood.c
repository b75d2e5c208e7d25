/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts equal log lines, and those beyond what one log can take.
 */
#include "mod_asa_auth/flood.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include <apr_strings.h>

#define LINES  128
#define WINDOW apr_time_from_sec(10)

typedef struct {
    uint64_t hash; /* 0: free */
    apr_time_t since;
    mod_asa_flood_report_t report;
} line_t;

static line_t lines[LINES];
static line_t others; /* lines for which there was no place */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* FNV-1a; never 0 */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return hash | 1;
}

static bool is_over(const line_t *line, apr_time_t now)
{
    return now < line->since || now - line->since >= WINDOW;
}

/* The line's own place, else one whose time is over and that has nothing left to report. */
static line_t *place_for(uint64_t hash, apr_time_t now)
{
    line_t *free_one = NULL;

    for (int i = 0; i < LINES; i++) {
        if (lines[i].hash == hash) {
            return &lines[i];
        }
        if (free_one == NULL && lines[i].report.repeated == 0 &&
            (lines[i].hash == 0 || is_over(&lines[i], now))) {
            free_one = &lines[i];
        }
    }
    return free_one;
}

/* Clients choose what a line says, so that many different ones are a flood as well. */
static void count_as_other(int level, apr_time_t now)
{
    if (others.report.repeated++ == 0) {
        others.since = now;
        others.report.level = level;
        apr_cpystrn(others.report.line, "other lines, too many and too different to be logged",
                    sizeof others.report.line);
    } else if (level < others.report.level) {
        others.report.level = level;
    }
}

static bool judge(line_t *line, uint64_t hash, const char *text, int level, apr_time_t now,
                  unsigned long *repeated_out)
{
    if (line->hash == hash && !is_over(line, now)) {
        line->report.repeated++;
        return false;
    }
    *repeated_out = line->hash == hash ? line->report.repeated : 0;
    line->hash = hash;
    line->since = now;
    line->report.repeated = 0;
    line->report.level = level;
    apr_cpystrn(line->report.line, text, sizeof line->report.line);
    return true;
}

bool mod_asa_flood_let_through(const char *line, int level, apr_time_t now,
                               unsigned long *repeated_out)
{
    uint64_t hash = hash_of(line);
    line_t *place;
    bool through;

    *repeated_out = 0;
    pthread_mutex_lock(&mutex);
    place = place_for(hash, now);
    if (place == NULL) {
        count_as_other(level, now);
    }
    through = place != NULL && judge(place, hash, line, level, now, repeated_out);
    pthread_mutex_unlock(&mutex);
    return through;
}

static bool take_report(line_t *line, apr_time_t now, mod_asa_flood_report_t *out)
{
    if (line->report.repeated == 0 || !is_over(line, now)) {
        return false;
    }
    *out = line->report;
    line->report.repeated = 0;
    return true;
}

bool mod_asa_flood_take_over(apr_time_t now, mod_asa_flood_report_t *out)
{
    bool found;

    pthread_mutex_lock(&mutex);
    found = take_report(&others, now, out);
    for (int i = 0; i < LINES && !found; i++) {
        found = take_report(&lines[i], now, out);
    }
    pthread_mutex_unlock(&mutex);
    return found;
}
