/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes and reads times.
 */
#include "core/time_text.h"

#include <stdint.h>

#include <apr_strings.h>

#define TEXT_SIZE     32 /* the longest form, with a year of six digits and its end */
#define DATE_LEN      10 /* yyyy-mm-dd */
#define TIME_LEN      8  /* hh:mm:ss */
#define MOST_FRACTION 7  /* digits: what .NET writes at most */

/* --- writing --- */

static const char *text(apr_pool_t *pool, apr_time_t when, const char *form)
{
    char *out = apr_palloc(pool, TEXT_SIZE);
    apr_time_exp_t utc;
    apr_size_t len;

    apr_time_exp_gmt(&utc, when);
    apr_strftime(out, &len, TEXT_SIZE, form, &utc);
    return out;
}

const char *asa_time_text_iso(apr_pool_t *pool, apr_time_t when)
{
    return text(pool, when, "%Y-%m-%dT%H:%M:%SZ");
}

const char *asa_time_text_iso_ms(apr_pool_t *pool, apr_time_t when)
{
    apr_time_exp_t utc;

    apr_time_exp_gmt(&utc, when);
    return apr_psprintf(pool, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
                        utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                        utc.tm_usec / 1000);
}

const char *asa_time_text_utc(apr_pool_t *pool, apr_time_t when)
{
    return text(pool, when, "%Y-%m-%d %H:%M:%SZ");
}

const char *asa_time_text_second(apr_pool_t *pool, apr_time_t when)
{
    return text(pool, when, "%Y-%m-%d %H:%M:%S");
}

const char *asa_time_text_minute(apr_pool_t *pool, apr_time_t when)
{
    return text(pool, when, "%Y-%m-%d %H:%M");
}

const char *asa_time_text_day(apr_pool_t *pool, apr_time_t when)
{
    return text(pool, when, "%Y-%m-%d");
}

/* --- reading --- */

/* The number that count digits spell; -1: they are none. */
static int digits(const char *text, size_t count)
{
    int value = 0;

    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = 10 * value + (text[i] - '0');
    }
    return value;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && leap ? 29 : days[month - 1];
}

/* Days from 1970-01-01 on; years that begin in March have their leap day at their end. */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t from_march = month > 2 ? month - 3 : month + 9;
    int64_t years = year - (month > 2 ? 0 : 1);

    return years * 365 + years / 4 - years / 100 + years / 400 + (153 * from_march + 2) / 5 + day -
           1 - 719468;
}

static bool read_date(const char *text, apr_time_t *out)
{
    int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);

    if (text[4] != '-' || text[7] != '-' || year < 1970 || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month)) {
        return false;
    }
    *out = (apr_time_t)days_since_1970(year, month, day) * 86400 * APR_USEC_PER_SEC;
    return true;
}

/* A leap second, which .NET and IIS never write, is none of ours either. */
static bool read_clock(const char *text, apr_time_t *out)
{
    int hour = digits(text, 2), minute = digits(text + 3, 2), second = digits(text + 6, 2);

    if (text[2] != ':' || text[5] != ':' || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 59) {
        return false;
    }
    *out += apr_time_from_sec((apr_time_t)hour * 3600 + minute * 60 + second);
    return true;
}

/* ".219"; what is finer than a microsecond is left away. */
static bool read_fraction(const char *text, size_t len, apr_time_t *out)
{
    apr_time_t unit = APR_USEC_PER_SEC / 10;

    if (len == 0) {
        return true;
    }
    if (text[0] != '.' || len < 2 || len > 1 + MOST_FRACTION) {
        return false;
    }
    for (size_t i = 1; i < len; i++, unit /= 10) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        *out += unit * (text[i] - '0');
    }
    return true;
}

bool asa_time_text_read(const char *text, size_t len, apr_time_t *out)
{
    const size_t clock = DATE_LEN + 1, fraction = clock + TIME_LEN;

    if (len < DATE_LEN || !read_date(text, out)) {
        return false;
    }
    if (len == DATE_LEN) {
        return true;
    }
    if (len < fraction || (text[DATE_LEN] != 'T' && text[DATE_LEN] != ' ') ||
        !read_clock(text + clock, out)) {
        return false;
    }
    len -= text[len - 1] == 'Z' ? 1 : 0;
    return read_fraction(text + fraction, len - fraction, out);
}
