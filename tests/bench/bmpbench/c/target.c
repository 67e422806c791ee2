/* The decoder in C with a dozen of the planted faults, under the numbers that they have in frozen.json.
 *
 * Why from the decoder of the tests: it is right, and speaks the adapter protocol. Each fault changes the octets of a
 * message before they are read, or fails. What is off, and the counters, are in the file that BMPBENCH_CANARIES names,
 * as canaries.py has them.
 *
 * With BMPBENCH_AFL it reads inputs as AFL++ gives them, and says by itself what it detects: with the word "failures",
 * what AFL++ itself would see, crashes and hangs; with any other any difference from what the same decoder says without
 * faults, and no fuzzer has a better oracle.
 */
#define _DEFAULT_SOURCE
#define main decoder_main
#include "../../../support/cdecoder/decoder.c"
#undef main

#include <fcntl.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 64, WORKERS = 8, ROW = 2 * ROOM + 1, WORDS = WORKERS * ROW + ROOM };
enum { PEER_OCTETS = 42, TLV_OCTETS = 4, COUNT_OCTETS = 4, MOST_TLVS = 8, MOST_PEERS = 64, LONGEST = 1 << 20 };
enum { FLAGS = 1, MICROSECONDS = 38, L_FLAG = 0x40, O_FLAG = 0x10, V_FLAG = 0x80, LOC_RIB = 3, DECONFIGURED = 5, EVENT = 2 };

static uint64_t *words;
static uint64_t *row;
/* The faults that are on, by their bits; whether messages are of one connection; whether a failure ends the process. */
static uint64_t on;
static bool following, counting = true, dying = true;
static jmp_buf failed;
static uint8_t copy[LONGEST];

static void count(size_t at)
{
    if (counting)
        row[at]++;
}

static void fail(void)
{
    if (dying)
        abort();
    longjmp(failed, 1);
}

static void hang(void)
{
    while (dying)
        continue;
    longjmp(failed, 1);
}

static uint32_t number_at(const uint8_t *at, size_t octets)
{
    uint32_t number = 0;
    while (octets-- > 0)
        number = number << 8 | *at++;
    return number;
}

/* The next TLV in a window, with its header; nothing where there is none that fits. */
static struct window next_tlv(struct window *from)
{
    struct window tlv = {from->at, 0};
    if (from->left >= TLV_OCTETS && TLV_OCTETS + number_at(from->at + 2, 2) <= from->left)
        tlv.left = TLV_OCTETS + number_at(from->at + 2, 2);
    from->at += tlv.left;
    from->left -= tlv.left;
    return tlv;
}

static size_t tlvs_in(struct window body)
{
    size_t tlvs = 0;
    while (next_tlv(&body).left > 0)
        tlvs++;
    return tlvs;
}

/* Each fault gets a copy of the octets that it may change; what it leaves in `size` of them is what is read. */
typedef void fault(uint32_t type, size_t *size);

static void microseconds_are_lost(uint32_t type, size_t *size)
{
    if ((type == PEER_UP || type == STATISTICS_REPORT) && *size >= PEER_OCTETS)
        memset(copy + MICROSECONDS, 0, PEER_OCTETS - MICROSECONDS);
}

static void last_tlv_is_lost(uint32_t type, size_t *size)
{
    struct window body = {copy, *size}, tlv, last = {NULL, 0};
    if (type != INITIATION)
        return;
    while ((tlv = next_tlv(&body)).left > 0)
        last = tlv;
    if (last.left > 0 && body.left == 0)
        *size -= last.left;
}

static void text_ends_at_nul(uint32_t type, size_t *size)
{
    struct window body = {copy, *size}, tlv;
    if (type != INITIATION)
        return;
    while ((tlv = next_tlv(&body)).left > 0) {
        uint8_t *value = copy + (tlv.at - copy) + TLV_OCTETS;
        const uint8_t *nul = memchr(value, 0, tlv.left - TLV_OCTETS);
        if (nul == NULL)
            continue;
        size_t text = (size_t)(nul - value);
        memmove(value + text, body.at, body.left);
        *size -= tlv.left - TLV_OCTETS - text;
        value[-2] = (uint8_t)(text >> 8);
        value[-1] = (uint8_t)text;
        body.at = value + text;
    }
}

static void l_flag_belongs_to_adj_rib_in(uint32_t type, size_t *size)
{
    if (type == ROUTE_MONITORING && *size >= PEER_OCTETS && copy[0] != LOC_RIB && copy[FLAGS] & O_FLAG)
        copy[FLAGS] &= (uint8_t)~L_FLAG;
}

static void deconfigured_is_not_handled(uint32_t type, size_t *size)
{
    if (type == PEER_DOWN && *size > PEER_OCTETS && copy[PEER_OCTETS] == DECONFIGURED)
        fail();
}

static void length_wraps_in_sixteen_bits(uint32_t type, size_t *size)
{
    if (type != INITIATION)
        return;
    for (size_t at = 0; at + TLV_OCTETS <= *size;) {
        uint16_t step = (uint16_t)(number_at(copy + at + 2, 2) + TLV_OCTETS);
        if (step == 0)
            hang();
        at += step;
    }
}

static void a_type_is_kept_once(uint32_t type, size_t *size)
{
    size_t start = PEER_OCTETS + COUNT_OCTETS;
    if (type != STATISTICS_REPORT || *size < start)
        return;
    struct window body = {copy + start, *size - start}, tlv;
    while ((tlv = next_tlv(&body)).left > 0) {
        struct window behind = body, other;
        while ((other = next_tlv(&behind)).left > 0)
            if (memcmp(other.at, tlv.at, 2) == 0)
                break;
        if (other.left == 0)
            continue;
        memmove(copy + (tlv.at - copy), body.at, body.left);
        *size -= tlv.left;
        body.at = tlv.at;
        uint32_t held = number_at(copy + PEER_OCTETS, COUNT_OCTETS) - 1;
        for (size_t i = 0; i < COUNT_OCTETS; i++)
            copy[PEER_OCTETS + i] = (uint8_t)(held >> 8 * (COUNT_OCTETS - 1 - i));
    }
}

static void mean_of_nothing(uint32_t type, size_t *size)
{
    if (type == STATISTICS_REPORT && *size >= PEER_OCTETS + COUNT_OCTETS)
        if (number_at(copy + PEER_OCTETS, COUNT_OCTETS) == 0)
            fail();
}

static void eight_tlvs_fit(uint32_t type, size_t *size)
{
    if (type == INITIATION && tlvs_in((struct window){copy, *size}) > MOST_TLVS)
        fail();
}

static void loc_rib_has_no_state_machine(uint32_t type, size_t *size)
{
    if (type == PEER_DOWN && *size > PEER_OCTETS && copy[0] == LOC_RIB && copy[PEER_OCTETS] == EVENT)
        fail();
}

static void local_address_is_of_the_peers_family(uint32_t type, size_t *size)
{
    static const uint8_t ZEROS[12];
    if (type == PEER_UP && *size >= PEER_OCTETS + 16 && copy[0] != LOC_RIB && !(copy[FLAGS] & V_FLAG))
        if (memcmp(copy + PEER_OCTETS, ZEROS, sizeof ZEROS) != 0)
            fail();
}

/* Type, distinguisher and address of the peers that are up on this connection. */
static struct peer {
    uint8_t key[25];
} peers[MOST_PEERS];
static size_t peers_up;

static void peer_down_needs_a_peer(uint32_t type, size_t *size)
{
    struct peer peer = {{0}};
    size_t found = 0;
    if (!following || *size < PEER_OCTETS || (type != PEER_UP && type != PEER_DOWN))
        return;
    peer.key[0] = copy[0];
    memcpy(peer.key + 1, copy + 2, sizeof peer.key - 1);
    while (found < peers_up && memcmp(&peers[found], &peer, sizeof peer) != 0)
        found++;
    if (type == PEER_DOWN && found == peers_up)
        fail();
    if (type == PEER_UP && found == peers_up && peers_up < MOST_PEERS)
        peers[peers_up++] = peer;
}

static const struct {
    size_t number;
    fault *change;
} FAULTS_HERE[] = {
    {0, microseconds_are_lost},
    {2, last_tlv_is_lost},
    {12, text_ends_at_nul},
    {15, l_flag_belongs_to_adj_rib_in},
    {18, deconfigured_is_not_handled},
    {23, length_wraps_in_sixteen_bits},
    {25, a_type_is_kept_once},
    {26, mean_of_nothing},
    {28, eight_tlvs_fit},
    {44, loc_rib_has_no_state_machine},
    {45, local_address_is_of_the_peers_family},
    {51, peer_down_needs_a_peer},
};
enum { HERE = sizeof FAULTS_HERE / sizeof FAULTS_HERE[0] };

static struct window with_faults(uint32_t type, struct window body)
{
    if (body.left > LONGEST)
        return body;
    size_t size = body.left;
    memcpy(copy, body.at, size);
    for (size_t i = 0; i < HERE; i++) {
        size_t number = FAULTS_HERE[i].number;
        if (!(on >> number & 1))
            continue;
        static uint8_t before[LONGEST];
        size_t held = size;
        memcpy(before, copy, size);
        count(number);
        /* Counted ahead, as it may not come back, and taken back where it made no difference. */
        count(ROOM + number);
        FAULTS_HERE[i].change(type, &size);
        if (counting && held == size && memcmp(before, copy, size) == 0)
            row[ROOM + number]--;
    }
    return (struct window){copy, size};
}

static void map_canaries(void)
{
    const char *path = getenv("BMPBENCH_CANARIES"), *worker = getenv("BMPBENCH_WORKER");
    int file = path == NULL ? -1 : open(path, O_RDWR);
    size_t octets = WORDS * sizeof *words;
    words = file < 0 ? MAP_FAILED : mmap(NULL, octets, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (words == MAP_FAILED) {
        fputs("BMPBENCH_CANARIES names no file of canaries\n", stderr);
        exit(2);
    }
    row = words + ROW * (worker == NULL ? 0 : strtoul(worker, NULL, 10));
}

static uint64_t all_on(void)
{
    uint64_t held = 0;
    for (size_t i = 0; i < HERE; i++)
        if (words[WORKERS * ROW + FAULTS_HERE[i].number] == 0)
            held |= (uint64_t)1 << FAULTS_HERE[i].number;
    return held;
}

static int serve(void)
{
    char *line = NULL;
    size_t room = 0;
    bool is_over = false;
    while (!is_over && getline(&line, &room, stdin) > 0) {
        struct text out = {0};
        const char *op = value_of(line, "op");
        following = is_string(op, "stream");
        if (is_string(op, "reset"))
            peers_up = 0;
        on = all_on();
        answer(&out, line);
        fwrite(out.characters, 1, out.used, stdout);
        fflush(stdout);
        is_over = is_string(op, "bye");
        free(out.characters);
    }
    free(line);
    return 0;
}

/* What is said of an input with the faults of a mask on; false where one of them failed. */
static bool said(struct text *out, const uint8_t *octets, size_t size, uint64_t mask)
{
    struct window input = {octets, size};
    on = mask;
    peers_up = 0;
    following = size < HEADER_OCTETS || number_at(octets + 1, 4) != size || octets[0] != 3;
    *out = (struct text){0};
    if (setjmp(failed))
        return false;
    if (following) {
        reset();
        stream(out, input);
    } else {
        decode(out, input);
    }
    return true;
}

/* Whether all that counts is that a fault fails. */
static bool of_failures;

static bool is_shown(const uint8_t *octets, size_t size, uint64_t mask)
{
    struct text right, seen;
    bool came_back = said(&seen, octets, size, mask);
    if (!came_back || of_failures) {
        free(seen.characters);
        return !came_back;
    }
    said(&right, octets, size, 0);
    bool is_same = seen.used == right.used && memcmp(seen.characters, right.characters, seen.used) == 0;
    free(seen.characters);
    free(right.characters);
    return !is_same;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Switch off each fault that shows by itself, and note when. */
static void detect(const uint8_t *octets, size_t size)
{
    const char *path = getenv("BMPBENCH_DETECTED"), *began = getenv("BMPBENCH_BEGAN");
    FILE *file = path == NULL ? NULL : fopen(path, "a");
    uint64_t executions = 0;
    for (size_t worker = 0; worker < WORKERS; worker++)
        executions += words[worker * ROW + 2 * ROOM];
    counting = false;
    for (size_t i = 0; i < HERE; i++) {
        size_t number = FAULTS_HERE[i].number;
        if (words[WORKERS * ROW + number] != 0 || !is_shown(octets, size, (uint64_t)1 << number))
            continue;
        words[WORKERS * ROW + number] = 1;
        if (file != NULL)
            fprintf(file, "{\"fault\":%zu,\"seconds\":%.3f,\"executions\":%llu}\n", number,
                    now() - (began == NULL ? now() : strtod(began, NULL)), (unsigned long long)executions);
    }
    counting = true;
    if (file != NULL)
        fclose(file);
}

static void try_input(const uint8_t *octets, size_t size)
{
    row[2 * ROOM]++;
    if (is_shown(octets, size, all_on()))
        detect(octets, size);
}

#ifdef __AFL_FUZZ_TESTCASE_LEN
__AFL_FUZZ_INIT();
#endif

static int fuzz(const char *what)
{
    dying = false;
    of_failures = strcmp(what, "failures") == 0;
#ifdef __AFL_FUZZ_TESTCASE_LEN
    __AFL_INIT();
    const uint8_t *octets = __AFL_FUZZ_TESTCASE_BUF;
    while (__AFL_LOOP(10000))
        try_input(octets, (size_t)__AFL_FUZZ_TESTCASE_LEN);
#else
    static uint8_t octets[LONGEST];
    try_input(octets, fread(octets, 1, sizeof octets, stdin));
#endif
    return 0;
}

int main(void)
{
    map_canaries();
    planted = with_faults;
    const char *what = getenv("BMPBENCH_AFL");
    return what == NULL ? serve() : fuzz(what);
}
