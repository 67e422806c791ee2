/* A BMP decoder as programs in C are written, which speaks the adapter protocol: a target for tests.
 *
 * Why: the faults that this project looks for are those of C strings. Each can be switched on by an argument; with
 * none the decoder is right. Libc is all that it needs.
 */
#define _POSIX_C_SOURCE 200809L

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef COUNTED
#include "counters.h"
#else
static size_t bmpconform_counters(void)
{
    return 0;
}

static void bmpconform_begin(unsigned long request)
{
    (void)request;
}

static void bmpconform_end(void)
{
}
#endif

enum { HEADER_OCTETS = 6, PDU_HEADER_OCTETS = 19 };
enum { ROUTE_MONITORING, STATISTICS_REPORT, PEER_DOWN, PEER_UP, INITIATION, TERMINATION, ROUTE_MIRRORING, TYPES };

static const struct {
    const char *argument;
    unsigned bit;
} FAULTS[] = {
#define STOP_AT_NUL 1U
    {"--stop-at-nul", STOP_AT_NUL}, /* a string ends at its first NUL */
#define STRIP_TRAILING_NUL 2U
    {"--strip-trailing-nul", STRIP_TRAILING_NUL}, /* NULs at the end of a string are not of it */
#define NEED_NUL 4U
    {"--need-nul", NEED_NUL}, /* a string without a NUL at its end is refused */
#define ONE_NAMESPACE 8U
    {"--one-namespace", ONE_NAMESPACE}, /* Initiation and Peer Up have the same TLVs */
#define LAST_STRING_WINS 16U
    {"--last-string-wins", LAST_STRING_WINS}, /* of the String TLVs of a message one is kept */
#define OVER_READ 32U
    {"--over-read", OVER_READ}, /* a string goes on to the next NUL behind it */
};
static unsigned faults;

struct window;
/* What is made of the octets behind a message's header before they are read; for those who include this file. */
static struct window (*planted)(uint32_t type, struct window body);

/* What stands behind a frame in memory, for those who read on. */
static const char BEHIND[] = "behind";

/* A window of octets, read from its start. */
struct window {
    const uint8_t *at;
    size_t left;
};

/* Growing output. */
struct text {
    char *characters;
    size_t used, room;
};

/* Why the message in hand is refused; NULL while it is not. */
static const char *refusal;

static void *must(void *memory)
{
    if (memory == NULL) {
        fputs("out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    return memory;
}

static void reserve(struct text *out, size_t more)
{
    if (out->room - out->used > more)
        return;
    out->room = 2 * out->room + more + 1;
    out->characters = must(realloc(out->characters, out->room));
}

__attribute__((format(printf, 2, 3))) static void say(struct text *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    reserve(out, (size_t)length);
    va_start(arguments, format);
    vsnprintf(out->characters + out->used, (size_t)length + 1, format, arguments);
    va_end(arguments);
    out->used += (size_t)length;
}

static void say_hex(struct text *out, const char *key, struct window octets)
{
    static const char DIGITS[] = "0123456789abcdef";
    say(out, ",\"%s\":\"", key);
    reserve(out, 2 * octets.left);
    for (size_t i = 0; i < octets.left; i++) {
        out->characters[out->used++] = DIGITS[octets.at[i] >> 4];
        out->characters[out->used++] = DIGITS[octets.at[i] & 15];
    }
    say(out, "\"");
}

static void refuse(const char *why)
{
    if (refusal == NULL)
        refusal = why;
}

/* Return the next octets of a window, or refuse the message and return none. */
static struct window take(struct window *from, size_t octets, const char *why)
{
    struct window taken = {from->at, octets};
    if (octets > from->left) {
        refuse(why);
        taken.left = octets = from->left;
    }
    from->at += octets;
    from->left -= octets;
    return taken;
}

static uint32_t take_number(struct window *from, size_t octets, const char *why)
{
    struct window taken = take(from, octets, why);
    uint32_t number = 0;
    for (size_t i = 0; i < taken.left; i++)
        number = number << 8 | taken.at[i];
    return number;
}

static void say_number(struct text *out, const char *key, struct window *from, size_t octets)
{
    say(out, ",\"%s\":%u", key, take_number(from, octets, "message-cut"));
}

static void say_octets(struct text *out, const char *key, struct window *from, size_t octets)
{
    say_hex(out, key, take(from, octets, "message-cut"));
}

static void say_rest(struct text *out, struct window *from)
{
    say_octets(out, "rest", from, from->left);
}

static void say_peer(struct text *out, struct window *body)
{
    say(out, ",\"peer\":{\"type\":%u", take_number(body, 1, "message-cut"));
    say_number(out, "flags", body, 1);
    say_octets(out, "distinguisher", body, 8);
    say_octets(out, "address", body, 16);
    say_number(out, "asn", body, 4);
    say_octets(out, "bgp_id", body, 4);
    say_number(out, "seconds", body, 4);
    say_number(out, "microseconds", body, 4);
    say(out, "}");
}

static void say_pdu(struct text *out, const char *key, struct window *body)
{
    struct window peek = *body;
    take(&peek, 16, "pdu-cut");
    uint32_t length = take_number(&peek, 2, "pdu-cut");
    uint32_t type = take_number(&peek, 1, "pdu-cut");
    if (length < PDU_HEADER_OCTETS)
        refuse("pdu-length");
    say(out, ",\"%s\":{\"type\":%u", key, type);
    say_hex(out, "hex", take(body, length, "pdu-cut"));
    say(out, "}");
}

struct tlv {
    uint32_t type;
    struct window value;
    const char *meaning;
};

enum { MEANINGS = 5 };
static const char *const SHARED_MEANINGS[MEANINGS] = {"string", "sys_descr", "sys_name", "vrf_table_name", "admin_label"};
static const char *const TLV_MEANINGS[TYPES][MEANINGS] = {
    [PEER_DOWN] = {[3] = "vrf_table_name"},
    [PEER_UP] = {[0] = "string", [3] = "vrf_table_name", [4] = "admin_label"},
    [INITIATION] = {"string", "sys_descr", "sys_name"},
    [TERMINATION] = {"string", "reason"},
    [ROUTE_MIRRORING] = {"bgp_message", "mirroring_code"},
};

static const char *meaning_of(uint32_t message_type, uint32_t tlv_type)
{
    bool is_shared = faults & ONE_NAMESPACE && (message_type == INITIATION || message_type == PEER_UP);
    const char *const *meanings = is_shared ? SHARED_MEANINGS : TLV_MEANINGS[message_type];
    const char *meaning = tlv_type < MEANINGS ? meanings[tlv_type] : NULL;
    return meaning ? meaning : "unknown";
}

static bool is_text(const char *meaning)
{
    for (size_t i = 0; i < MEANINGS; i++)
        if (strcmp(meaning, SHARED_MEANINGS[i]) == 0)
            return true;
    return false;
}

static struct window read_text(struct window value)
{
    bool ends_in_nul = value.left > 0 && value.at[value.left - 1] == 0;
    if (faults & NEED_NUL && !ends_in_nul)
        refuse("unterminated-string");
    if (faults & OVER_READ)
        value.left += strlen((const char *)value.at + value.left);
    if (faults & STOP_AT_NUL)
        value.left = strnlen((const char *)value.at, value.left);
    while (faults & STRIP_TRAILING_NUL && value.left > 0 && value.at[value.left - 1] == 0)
        value.left--;
    return value;
}

static struct tlv take_tlv(uint32_t message_type, struct window *body)
{
    struct tlv tlv = {.type = take_number(body, 2, "tlv-cut")};
    tlv.value = take(body, take_number(body, 2, "tlv-cut"), "tlv-cut");
    tlv.meaning = meaning_of(message_type, tlv.type);
    if (refusal == NULL && is_text(tlv.meaning))
        tlv.value = read_text(tlv.value);
    return tlv;
}

/* Whether a String TLV in the rest of these octets takes the place of the one before. */
static bool is_superseded(uint32_t message_type, struct window body)
{
    bool found = false;
    while (!found && refusal == NULL && body.left > 0)
        found = strcmp(take_tlv(message_type, &body).meaning, "string") == 0;
    return found;
}

static void say_tlvs(struct text *out, uint32_t message_type, struct window *body)
{
    const char *separator = "";
    say(out, ",\"tlvs\":[");
    while (refusal == NULL && body->left > 0) {
        struct tlv tlv = take_tlv(message_type, body);
        bool is_string = strcmp(tlv.meaning, "string") == 0;
        if (faults & LAST_STRING_WINS && is_string && is_superseded(message_type, *body))
            continue;
        say(out, "%s{\"type\":%u", separator, tlv.type);
        say_hex(out, "value", tlv.value);
        say(out, ",\"meaning\":\"%s\",\"name\":null%s}", tlv.meaning,
            strcmp(tlv.meaning, "bgp_message") == 0 ? ",\"pdu\":null" : "");
        separator = ",";
    }
    say(out, "]");
}

static void say_statistics(struct text *out, struct window *body)
{
    uint32_t count = take_number(body, 4, "message-cut");
    say(out, ",\"count\":%u,\"statistics\":[", count);
    for (uint32_t i = 0; refusal == NULL && i < count; i++) {
        say(out, "%s{\"type\":%u", i ? "," : "", take_number(body, 2, "statistic-cut"));
        say_hex(out, "data", take(body, take_number(body, 2, "statistic-cut"), "statistic-cut"));
        say(out, ",\"value\":null,\"afi\":null,\"safi\":null}");
    }
    say(out, "]");
}

static void say_peer_down(struct text *out, struct window *body)
{
    uint32_t reason = take_number(body, 1, "message-cut");
    say(out, ",\"reason\":%u", reason);
    if (reason == 1 || reason == 3)
        say_pdu(out, "pdu", body);
    else if (reason == 2)
        say_number(out, "fsm_event", body, 2);
    else if (reason == 6)
        say_tlvs(out, PEER_DOWN, body);
}

static void say_peer_up(struct text *out, struct window *body)
{
    say_octets(out, "local_address", body, 16);
    say_number(out, "local_port", body, 2);
    say_number(out, "remote_port", body, 2);
    say_pdu(out, "sent_open", body);
    say_pdu(out, "received_open", body);
    say_tlvs(out, PEER_UP, body);
}

static void say_body(struct text *out, uint32_t type, struct window *body)
{
    if (type != INITIATION && type != TERMINATION)
        say_peer(out, body);
    switch (type) {
    case ROUTE_MONITORING:
        say_pdu(out, "pdu", body);
        break;
    case STATISTICS_REPORT:
        say_statistics(out, body);
        break;
    case PEER_DOWN:
        say_peer_down(out, body);
        break;
    case PEER_UP:
        say_peer_up(out, body);
        break;
    default:
        say_tlvs(out, type, body);
    }
    say_rest(out, body);
}

struct header {
    uint32_t version, length, type;
};

static struct header take_header(struct window *frame)
{
    struct header header;
    header.version = take_number(frame, 1, "header-cut");
    header.length = take_number(frame, 4, "header-cut");
    header.type = take_number(frame, 1, "header-cut");
    if (header.version != 3)
        refuse("version");
    if (header.length < HEADER_OCTETS)
        refuse("length");
    return header;
}

static void say_message(struct text *out, struct header header, struct window body)
{
    if (planted != NULL)
        body = planted(header.type, body);
    say(out, ",\"message\":{\"version\":%u,\"type\":%u,\"length\":%u", header.version, header.type, header.length);
    say_body(out, header.type, &body);
    say(out, "}");
}

static void say_status(struct text *out, struct text *message)
{
    if (refusal != NULL)
        say(out, "\"status\":\"reject\",\"error\":\"%s\"", refusal);
    else
        say(out, "\"status\":\"ok\"%.*s", (int)message->used, message->used ? message->characters : "");
    free(message->characters);
    *message = (struct text){0};
}

static void decode(struct text *out, struct window frame)
{
    struct text message = {0};
    refusal = NULL;
    struct header header = take_header(&frame);
    struct window body = take(&frame, refusal ? 0 : header.length - HEADER_OCTETS, "message-cut");
    if (refusal == NULL && header.type >= TYPES) {
        say(out, "\"status\":\"unsupported\",\"reason\":\"message type %u\"", header.type);
        return;
    }
    if (refusal == NULL) {
        say(&message, ",\"consumed\":%u", header.length);
        say_message(&message, header, body);
    }
    say_status(out, &message);
}

/* The octets of a connection that wait for more, and how many were before them. */
static struct {
    uint8_t *octets;
    size_t left, offset;
    bool closed;
} connection;

static void reset(void)
{
    free(connection.octets);
    memset(&connection, 0, sizeof connection);
}

/* Say what the first message in the window is, and step over it; false where octets are missing. */
static bool say_item(struct text *out, const char *separator, struct window *stream)
{
    struct window frame = *stream;
    struct text message = {0};
    if (frame.left < HEADER_OCTETS)
        return false;
    refusal = NULL;
    struct header header = take_header(&frame);
    connection.closed = refusal != NULL;
    if (!connection.closed && header.length > stream->left)
        return false;
    say(out, "%s{\"offset\":%zu,", separator, connection.offset);
    if (!connection.closed) {
        frame = take(stream, header.length, "message-cut");
        connection.offset += header.length;
        take(&frame, HEADER_OCTETS, "header-cut");
        if (header.type < TYPES)
            say_message(&message, header, frame);
    }
    if (header.type >= TYPES && !connection.closed)
        say(out, "\"status\":\"skipped\"");
    else
        say_status(out, &message);
    say(out, "}");
    free(message.characters);
    return true;
}

static void stream(struct text *out, struct window piece)
{
    size_t held = connection.left + piece.left;
    uint8_t *octets = must(calloc(held + sizeof BEHIND, 1));
    if (connection.left > 0)
        memcpy(octets, connection.octets, connection.left);
    memcpy(octets + connection.left, piece.at, piece.left);
    memcpy(octets + held, BEHIND, sizeof BEHIND);
    struct window left = {octets, held};
    const char *separator = "";
    say(out, "\"status\":\"ok\",\"items\":[");
    while (!connection.closed && say_item(out, separator, &left))
        separator = ",";
    say(out, "],\"left\":%zu,\"closed\":%s", left.left, connection.closed ? "true" : "false");
    free(connection.octets);
    connection.octets = must(calloc(left.left + 1, 1));
    memcpy(connection.octets, left.at, left.left);
    connection.left = left.left;
    free(octets);
}

static const char *end_of_string(const char *character)
{
    while (*character != '\0' && *character != '"')
        character += *character == '\\' && character[1] != '\0' ? 2 : 1;
    return character;
}

/* Return where the value of a key of the outermost object begins; an empty text where there is none. */
static const char *value_of(const char *json, const char *key)
{
    int depth = 0;
    while (*json != '\0') {
        if (*json == '"') {
            const char *end = end_of_string(json + 1);
            const char *colon = end + (*end == '"');
            colon += strspn(colon, " ");
            bool is_key = depth == 1 && *colon == ':' && strncmp(json + 1, key, (size_t)(end - json - 1)) == 0;
            if (is_key && key[end - json - 1] == '\0')
                return colon + 1 + strspn(colon + 1, " ");
            json = end + (*end == '"');
        } else {
            depth += (*json == '{' || *json == '[') - (*json == '}' || *json == ']');
            json++;
        }
    }
    return json;
}

static bool is_string(const char *value, const char *expected)
{
    size_t length = strlen(expected);
    return *value == '"' && strncmp(value + 1, expected, length) == 0 && value[1 + length] == '"';
}

/* Return the octets of a string of hex; `octets` is what to free. */
static struct window read_hex(const char *value, uint8_t **octets)
{
    const char *digits = *value == '"' ? value + 1 : value;
    size_t length = (size_t)(end_of_string(digits) - digits) / 2;
    *octets = must(calloc(length + sizeof BEHIND, 1));
    for (size_t i = 0; i < length; i++) {
        const char pair[] = {digits[2 * i], digits[2 * i + 1], '\0'};
        (*octets)[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    memcpy(*octets + length, BEHIND, sizeof BEHIND);
    return (struct window){*octets, length};
}

static void hello(struct text *out)
{
    say(out, "\"status\":\"ok\",\"protocol\":1,\"name\":\"cdecoder\",\"version\":\"1\",\"language\":\"C\",\"url\":\"\","
             "\"capabilities\":{\"ops\":[\"decode\",\"stream\"],\"depth\":{\"0\":3,\"1\":3,\"2\":3,\"3\":3,\"4\":3,"
             "\"5\":3,\"6\":3},\"bgp\":\"raw\",\"station\":false");
    if (bmpconform_counters() > 0)
        say(out, ",\"coverage\":{\"counters\":%zu}", bmpconform_counters());
    say(out, "}");
}

static void answer(struct text *out, const char *request)
{
    uint8_t *octets;
    const char *op = value_of(request, "op");
    struct window given = read_hex(value_of(request, "hex"), &octets);
    long id = strtol(value_of(request, "id"), NULL, 10);
    bmpconform_begin((unsigned long)id);
    say(out, "{\"id\":%ld,", id);
    if (is_string(op, "hello"))
        hello(out);
    else if (is_string(op, "decode"))
        decode(out, given);
    else if (is_string(op, "stream"))
        stream(out, given);
    else if (is_string(op, "reset") || is_string(op, "bye"))
        say(out, "\"status\":\"ok\"");
    else
        say(out, "\"status\":\"unsupported\",\"reason\":\"no such op\"");
    say(out, "}\n");
    bmpconform_end();
    if (is_string(op, "reset") || is_string(op, "bye"))
        reset();
    free(octets);
}

static bool switch_on(const char *argument)
{
    for (size_t i = 0; i < sizeof FAULTS / sizeof FAULTS[0]; i++)
        if (strcmp(argument, FAULTS[i].argument) == 0) {
            faults |= FAULTS[i].bit;
            return true;
        }
    return false;
}

int main(int count, char **arguments)
{
    char *line = NULL;
    size_t room = 0;
    for (int i = 1; i < count; i++)
        if (!switch_on(arguments[i])) {
            fprintf(stderr, "no fault %s\n", arguments[i]);
            return 2;
        }
    bool is_over = false;
    while (!is_over && getline(&line, &room, stdin) > 0) {
        struct text out = {0};
        answer(&out, line);
        fwrite(out.characters, 1, out.used, stdout);
        fflush(stdout);
        is_over = is_string(value_of(line, "op"), "bye");
        free(out.characters);
    }
    free(line);
    reset();
    return 0;
}
