/* SPDX-License-Identifier: Apache-2.0
 *
 * A wrong clock for one process: preloaded, it makes the time of day ASA_SKEW seconds later.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

typedef int (*real_clock_t)(clockid_t, struct timespec *);

int clock_gettime(clockid_t clock, struct timespec *out)
{
    static real_clock_t real;
    const char *skew = getenv("ASA_SKEW");
    int result;

    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    }
    result = real(clock, out);
    if (result == 0 && clock == CLOCK_REALTIME && skew != NULL) {
        out->tv_sec += atoi(skew);
    }
    return result;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    int result = clock_gettime(CLOCK_REALTIME, &now);

    (void)zone;
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return result;
}

time_t time(time_t *out)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL) {
        *out = now.tv_sec;
    }
    return now.tv_sec;
}
