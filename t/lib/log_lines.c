/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes logs of any size for tests and measurements: HttpProxy of each generation, mod_asa_auth,
 * IIS, Address Book.
 *
 * Use: log_lines 53|64|68|69|70|74|ours|iis|book LINES|SIZEm USERS [SEED]
 * The same words give the same bytes.  One line in 500 is forged (a sum is off), one is broken (a
 * comma too many).  It shares nothing with the reader that is tested.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char all_names[] =
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,"
    "Protocol,UrlHost,UrlStem,ProtocolAction,AuthenticationType,IsAuthenticated,AuthenticatedUser,"
    "Organization,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,BackEndStatus,"
    "ErrorCode,Method,ProxyAction,TargetServer,TargetServerVersion,RoutingType,RoutingHint,"
    "BackEndCookie,ServerLocatorHost,ServerLocatorLatency,RequestBytes,ResponseBytes,"
    "TargetOutstandingRequests,AuthModulePerfContext,HttpPipelineLatency,"
    "CalculateTargetBackEndLatency,GlsLatencyBreakup,TotalGlsLatency,AccountForestLatencyBreakup,"
    "TotalAccountForestLatency,ResourceForestLatencyBreakup,TotalResourceForestLatency,ADLatency,"
    "SharedCacheLatencyBreakup,TotalSharedCacheLatency,ActivityContextLifeTime,"
    "ModuleToHandlerSwitchingLatency,ModuleToHandlerSwitching,FirstResponseByteReceived,"
    "ClientReqStreamLatency,BackendReqInitLatency,BackendReqStreamLatency,BackendProcessingLatency,"
    "BackendRespInitLatency,BackendRespStreamLatency,ClientRespStreamLatency,"
    "KerberosAuthHeaderLatency,HandlerCompletionLatency,RequestHandlerLatency,"
    "HandlerToModuleSwitchingLatency,ProxyTime,HandlerToModuleSwitching,CoreLatency,RoutingLatency,"
    "HttpProxyOverhead,TotalRequestTime,RouteRefresherLatency,UrlQuery,BackEndGenericInfo,"
    "GenericInfo,GenericErrors,EdgeTraceId,DatabaseGuid,UserADObjectGuid,"
    "PartitionEndpointLookupLatency,RoutingStatus";

/* The generations that a column is missing in; the switching columns of 53 have other names. */
static const struct {
    const char *name, *missing;
} missing[] = {
    {"UrlHost", "53"},
    {"RoutingType", "53"},
    {"ModuleToHandlerSwitchingLatency", "53"},
    {"HandlerToModuleSwitchingLatency", "53"},
    {"CoreLatency", "53"},
    {"RoutingLatency", "53"},
    {"BackEndGenericInfo", "53"},
    {"ClientReqStreamLatency", "53"},
    {"BackendReqInitLatency", "53"},
    {"BackendReqStreamLatency", "53"},
    {"BackendProcessingLatency", "53"},
    {"BackendRespInitLatency", "53"},
    {"BackendRespStreamLatency", "53"},
    {"ClientRespStreamLatency", "53"},
    {"ModuleToHandlerSwitching", "64 68 69 70 74"},
    {"FirstResponseByteReceived", "64 68 69 70 74"},
    {"HandlerToModuleSwitching", "64 68 69 70 74"},
    {"SharedCacheLatencyBreakup", "53 64"},
    {"TotalSharedCacheLatency", "53 64"},
    {"KerberosAuthHeaderLatency", "53 64"},
    {"HandlerCompletionLatency", "53 64"},
    {"RouteRefresherLatency", "53 64 68"},
    {"EdgeTraceId", "53 64 68 69"},
    {"DatabaseGuid", "53 64 68 69 70"},
    {"UserADObjectGuid", "53 64 68 69 70"},
    {"PartitionEndpointLookupLatency", "53 64 68 69 70"},
    {"RoutingStatus", "53 64 68 69 70"},
};

#define MOST_COLUMNS 80

static char name_room[sizeof all_names];
static const char *columns[MOST_COLUMNS];
static size_t column_count;
static char values[MOST_COLUMNS][1024];

static uint64_t seed = 1;
static unsigned long users;
static int64_t now_ms = 1795600000000; /* in November 2026 */

static unsigned random_below(unsigned most)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % most;
}

static void choose_columns(const char *generation)
{
    char *at;

    memcpy(name_room, all_names, sizeof all_names);
    for (at = strtok(name_room, ","); at != NULL; at = strtok(NULL, ",")) {
        int left_out = 0;

        for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
            left_out |=
                strcmp(missing[i].name, at) == 0 && strstr(missing[i].missing, generation) != NULL;
        }
        if (!left_out) {
            columns[column_count++] = at;
        }
    }
}

/* Puts a value into a column, if this generation has it. */
__attribute__((format(printf, 2, 3))) static void put(const char *name, const char *format, ...)
{
    va_list arguments;

    for (size_t i = 0; i < column_count; i++) {
        if (strcmp(columns[i], name) == 0) {
            va_start(arguments, format);
            vsnprintf(values[i], sizeof values[i], format, arguments);
            va_end(arguments);
        }
    }
}

static const char *iso(int64_t ms)
{
    static char texts[4][32];
    static unsigned next;
    static struct tm utc;
    static time_t of = -1;
    char *text = texts[next++ % 4];
    time_t seconds = (time_t)(ms / 1000);

    if (seconds != of) {
        gmtime_r(&seconds, &utc);
        of = seconds;
    }
    snprintf(text, sizeof texts[0], "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
             (unsigned)utc.tm_year % 8000 + 1900, (unsigned)utc.tm_mon % 12 + 1,
             (unsigned)utc.tm_mday % 32, (unsigned)utc.tm_hour % 24, (unsigned)utc.tm_min % 60,
             (unsigned)utc.tm_sec % 61, (unsigned)(ms % 1000));
    return text;
}

static const char *const protocols[] = {"Mapi", "Ews", "Autodiscover", "Owa",
                                        "Eas",  "Oab", "RpcHttp",      "Ecp"};
static const char *const agents[] = {
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML  like Gecko)",
    "Apple-iPhone15C2/2105.219",
    "MSRPC",
    "\"an \"\"agent\"\" of its own\"",
    "=cmd|'/c calc'!A0"};

/* How many milliseconds a request took, in parts that add up; forged: one part is off. */
static int put_latencies(int forged)
{
    int pipeline = (int)random_below(5), to_handler = (int)random_below(2), to_module = 0;
    int parts[5], streams = 0, init = (int)random_below(3), handler, total, overhead;
    static const char *const names[] = {"ClientReqStreamLatency", "BackendReqStreamLatency",
                                        "BackendProcessingLatency", "BackendRespStreamLatency",
                                        "ClientRespStreamLatency"};

    for (int i = 0; i < 5; i++) {
        parts[i] = (int)random_below(20);
        streams += parts[i];
        put(names[i], "%d", parts[i]);
    }
    handler = streams + init + (int)random_below(30);
    total = pipeline + to_handler + handler + to_module;
    overhead = total - streams;
    put("HttpPipelineLatency", "%d", pipeline);
    put("ModuleToHandlerSwitchingLatency", "%d", to_handler);
    put("RequestHandlerLatency", "%d", handler);
    put("HandlerToModuleSwitchingLatency", "%d", to_module);
    put("BackendReqInitLatency", "%d", init);
    put("HttpProxyOverhead", "%d", overhead);
    put("RoutingLatency", "%d", overhead - pipeline);
    put("CoreLatency", "%d", overhead - pipeline - init);
    put("ActivityContextLifeTime", "%d", total);
    put("TotalRequestTime", "%d", total + forged);
    return total;
}

static void put_user(unsigned long user, int signed_in, const char *true_word)
{
    put("IsAuthenticated", "%s", signed_in ? true_word : true_word[0] == 'T' ? "False" : "false");
    put("AuthenticatedUser", "%s", "");
    if (signed_in) {
        put("AuthenticatedUser", "%s\\user%lu", user % 7 == 0 ? "tailspin" : "TAILSPIN", user);
    }
}

static void put_exchange(unsigned long user, const char *true_word, int total)
{
    static const char *const types[] = {"Negotiate", "Negotiate", "Negotiate", "NTLM",
                                        "Basic",     "FBA",       "Kerberos",  ""};
    unsigned type = random_below(8);

    put_user(user, type != 7, true_word);
    put("AuthenticationType", "%s", types[type]);
    put("HttpStatus", "%d", type == 7 ? 401 : 200);
    put("GenericInfo", "BeginRequest=%s;CorrelationID=<empty>;SharedCacheGuard=0;EndRequest=%s;",
        iso(now_ms - total), iso(now_ms));
}

static void put_ours(unsigned long user, int total)
{
    static const char *const reasons[] = {"NtlmOffered", "NoCredentials", "KeyVersionMissing"};
    unsigned kind = random_below(20);
    const char *begin = iso(now_ms - total), *end = iso(now_ms);

    put_user(user, kind >= 3, "true");
    put("AuthenticationType", "%s", kind >= 3 ? "Negotiate" : kind == 0 ? "NTLM" : "");
    put("HttpStatus", "%d", kind < 3 ? 401 : 200);
    put("ErrorCode", "%s", kind < 3 ? reasons[kind] : "");
    if (kind < 3) {
        put("GenericInfo",
            "BeginRequest=%s;CorrelationID=<empty>;AuthReason=%s;AuthTime=1;EndRequest=%s;", begin,
            reasons[kind], end);
    } else {
        put("GenericInfo",
            "BeginRequest=%s;CorrelationID=<empty>;AuthPkg=Kerberos;Mech=spnego;"
            "Spn=http/mail.corp.tailspintoys.com;Kvno=%d;Etype=%s;Key=%s;Bound=true;Session=%s;"
            "AuthTime=1;EndRequest=%s;",
            begin, kind == 4 ? 6 : 7, kind == 3 ? "arcfour-hmac" : "aes256-cts-hmac-sha1-96",
            kind == 4 ? "previous" : "latest", kind < 8 ? "connection" : "false", end);
    }
}

static void write_columns(int broken)
{
    for (size_t i = 0; i < column_count; i++) {
        fputs(i > 0 ? "," : "", stdout);
        fputs(values[i], stdout);
    }
    fputs(broken ? ",\r\n" : "\r\n", stdout);
}

static void write_httpproxy(int ours, const char *true_word)
{
    unsigned long user = random_below((unsigned)users);
    unsigned odd = random_below(500), protocol = random_below(8);
    int total = put_latencies(odd == 0);

    put("DateTime", "%s", iso(now_ms));
    put("RequestId", "%08x-0000-4000-8000-%012llx", random_below(1U << 31),
        (unsigned long long)now_ms);
    put("Protocol", "%s", protocols[protocol]);
    put("UrlHost", "%s", protocol == 2 ? "autodiscover.tailspintoys.com" : "mail.tailspintoys.com");
    put("UrlStem", "/%s/", protocols[protocol]);
    put("UserAgent", "%s", agents[random_below(6)]);
    put("ClientIpAddress", "10.%lu.%lu.%lu%s", user >> 16 & 255, user >> 8 & 255, user & 255,
        user % 5 == 0 ? ":49152" : "");
    put("ServerHostName", "CAS-%u", random_below(3) + 1);
    if (ours) {
        put_ours(user, total);
    } else {
        put_exchange(user, true_word, total);
    }
    write_columns(odd == 1);
}

static void write_head(const char *generation)
{
    char row[sizeof all_names] = "";

    for (size_t i = 0; i < column_count; i++) {
        strcat(strcat(row, i > 0 ? "," : ""), columns[i]);
    }
    printf("\xef\xbb\xbf%s\r\n#Software: Microsoft Exchange Server\r\n#Version: 15.%s.0000.000\r\n"
           "#Log-type: HttpProxy Logs\r\n#Date: %s\r\n#Fields: %s\r\n",
           row, generation, iso(now_ms), row);
}

static void write_iis(void)
{
    static const char *const statuses[] = {"401 2 5", "401 1 2148074254", "401 1 1326",
                                           "401 0 0", "200 0 0",          "200 0 0",
                                           "200 0 0", "404 0 2",          "401 1 2148074274"};
    unsigned long user = random_below((unsigned)users);
    unsigned status = random_below(9);
    char time[32], name[64] = "-";

    strcpy(time, iso(now_ms));
    time[10] = ' ';
    time[19] = '\0';
    if (status >= 4 && status <= 7) {
        snprintf(name, sizeof name, "TAILSPIN\\user%lu", user);
    }
    printf("%s 192.0.2.1 POST /%s/x &cafeReqId=4e73377c-0f3c-4f0e-9a3f-3b1d5a1c2d3e; 443 %s "
           "10.%lu.%lu.%lu Microsoft+Office/%lu - %s 12\r\n",
           time, protocols[random_below(8)], name, user >> 16 & 255, user >> 8 & 255, user & 255,
           user % 3, statuses[status]);
}

static void write_book(void)
{
    static const char *const types[] = {"Kerberos", "Kerberos", "Ntlm", "Negotiate", ""};
    unsigned long user = random_below((unsigned)users);
    unsigned type = random_below(5);

    printf("%s,%lu,0,/o=First Organization/cn=Recipients/cn=user%lu,,10.0.0.%lu,hc1,ncacn_ip_tcp,"
           "%s,0,6,,,%s,\r\n",
           iso(now_ms), user, user, user % 256, type == 4 ? "Unbind" : "Bind", types[type]);
}

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "";
    char *unit = NULL;
    unsigned long most = argc > 2 ? strtoul(argv[2], &unit, 10) : 0;
    int ours = strcmp(kind, "ours") == 0, iis = strcmp(kind, "iis") == 0;
    int book = strcmp(kind, "book") == 0;
    static char buffer[1 << 20];

    users = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 1;
    if (users == 0 || most == 0) {
        fputs("use: log_lines KIND LINES|SIZEm USERS [SEED]\n", stderr);
        return 2;
    }
    if (*unit == 'm' && ftell(stdout) < 0) {
        fputs("a size needs a file as standard output\n", stderr);
        return 2;
    }
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    if (iis) {
        fputs("#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip "
              "cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
              "cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n",
              stdout);
    } else if (!book) {
        choose_columns(ours ? "74" : kind);
        write_head(ours ? "02" : kind);
    }
    for (unsigned long line = 0;
         *unit == 'm' ? ftell(stdout) < (long)(most * 1000000) : line < most; line++) {
        now_ms += random_below(200);
        if (iis) {
            write_iis();
        } else if (book) {
            write_book();
        } else {
            write_httpproxy(ours, strcmp(kind, "69") < 0 ? "True" : "true");
        }
    }
    return fflush(stdout) != 0;
}
