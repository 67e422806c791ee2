// The adapter protocol on stdin and stdout for GoBGP's packages bmp and bgp: decode, encode and stream.
//
// What the library does not show is null, and what cannot be said to it is unsupported, so that nothing is judged here
// but what it does itself.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/debug"
	"strings"

	"github.com/osrg/gobgp/v4/pkg/packet/bgp"
	"github.com/osrg/gobgp/v4/pkg/packet/bmp"
)

const (
	module   = "github.com/osrg/gobgp/v4"
	protocol = 1
)

type request struct {
	ID      int64    `json:"id"`
	Op      string   `json:"op"`
	Hex     octets   `json:"hex"`
	Message *message `json:"message"`
	Session session  `json:"session"`
	More    bool     `json:"more"`
}

type answer struct {
	ID       int64    `json:"id"`
	Status   string   `json:"status"`
	Consumed *int     `json:"consumed,omitzero"`
	Message  *message `json:"message,omitzero"`
	Hex      octets   `json:"hex,omitzero"`
	Items    *[]item  `json:"items,omitzero"`
	Left     *int     `json:"left,omitzero"`
	Closed   *bool    `json:"closed,omitzero"`
	Error    string   `json:"error,omitzero"`
	Reason   string   `json:"reason,omitzero"`
	*greeting
}

type greeting struct {
	Protocol     int          `json:"protocol"`
	Name         string       `json:"name"`
	Version      string       `json:"version"`
	Language     string       `json:"language"`
	URL          string       `json:"url"`
	Capabilities capabilities `json:"capabilities"`
}

type capabilities struct {
	Ops      []string       `json:"ops"`
	Depth    map[string]int `json:"depth"`
	BGP      string         `json:"bgp"`
	Station  bool           `json:"station"`
	Coverage *coverage      `json:"coverage,omitzero"`
}

type coverage struct {
	Counters int `json:"counters"`
}

func main() {
	if len(os.Args) == 4 && os.Args[1] == "collect" {
		log.Fatal(collect(os.Args[2], os.Args[3]))
	}
	requests := bufio.NewReaderSize(os.Stdin, 1<<16)
	answers := bufio.NewWriterSize(os.Stdout, 1<<16)
	encoder := json.NewEncoder(answers)
	encoder.SetEscapeHTML(false)
	connection := &connection{}
	for {
		line, err := requests.ReadBytes('\n')
		if err == io.EOF {
			break
		}
		var asked request
		if err == nil {
			err = json.Unmarshal(line, &asked)
		}
		if err != nil {
			log.Fatal(err)
		}
		beginCounting(asked.ID)
		given := guarded(func() *answer { return respond(&asked, connection) })
		endCounting()
		given.ID = asked.ID
		if err := encoder.Encode(given); err != nil {
			log.Fatal(err)
		}
		if requests.Buffered() == 0 || asked.Op == "bye" {
			if err := answers.Flush(); err != nil {
				log.Fatal(err)
			}
		}
		if asked.Op == "bye" {
			return
		}
	}
}

func respond(asked *request, connection *connection) *answer {
	switch asked.Op {
	case "hello":
		return &answer{Status: "ok", greeting: greet()}
	case "decode":
		return decode(asked.Hex, asked.Session)
	case "encode":
		return encode(asked.Message, asked.Session)
	case "stream":
		return connection.take(asked.Hex, asked.More)
	case "reset":
		connection.reset()
		return &answer{Status: "ok"}
	case "bye":
		return &answer{Status: "ok"}
	}
	return &answer{Status: "unsupported", Reason: "no op " + asked.Op}
}

func greet() *greeting {
	var counted *coverage
	if counters() > 0 {
		counted = &coverage{Counters: counters()}
	}
	return &greeting{
		Protocol: protocol,
		Name:     "gobgp",
		Version:  libraryVersion(),
		Language: "Go",
		URL:      "https://github.com/osrg/gobgp",
		Capabilities: capabilities{
			Ops:      []string{"decode", "encode", "stream"},
			Depth:    map[string]int{"0": 3, "1": 3, "2": 3, "3": 3, "4": 3, "5": 3, "6": 3},
			BGP:      "parsed",
			Coverage: counted,
		},
	}
}

func libraryVersion() string {
	built, _ := debug.ReadBuildInfo()
	for _, dependency := range built.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return ""
}

func decode(octets []byte, session session) *answer {
	parsed, err := session.parse(octets)
	if err != nil {
		return unread(err)
	}
	if parsed.Header.Type == bmp.BMP_MSG_ROUTE_MIRRORING && session.isGiven() {
		return &answer{Status: "unsupported", Reason: "mirrored PDUs are parsed without options"}
	}
	return shown(parsed, session)
}

func shown(parsed *bmp.BMPMessage, session session) *answer {
	consumed := parsed.Len()
	return &answer{Status: "ok", Consumed: &consumed, Message: showMessage(parsed, session)}
}

// unread tells a message that the library does not know from one that is wrong.
func unread(err error) *answer {
	if strings.HasPrefix(err.Error(), "unsupported BMP message type") {
		return &answer{Status: "unsupported", Reason: err.Error()}
	}
	return rejected(err)
}

func encode(asked *message, session session) *answer {
	if asked.Type == bmp.BMP_MSG_ROUTE_MIRRORING && session.isGiven() {
		return &answer{Status: "unsupported", Reason: "mirrored PDUs are written without options"}
	}
	built, err := askedMessage(asked, session)
	var written []byte
	if err == nil {
		written, err = built.Serialize(session.options()...)
	}
	var unsaid untellable
	if errors.As(err, &unsaid) {
		return &answer{Status: "unsupported", Reason: err.Error()}
	}
	if err != nil {
		return rejected(err)
	}
	return &answer{Status: "ok", Hex: written}
}

func rejected(err error) *answer {
	return &answer{Status: "reject", Error: errorName(err), Reason: err.Error()}
}

// guarded tells what the library does not make an error itself as a panic: a crash is no rejection.
func guarded(ask func() *answer) (given *answer) {
	defer func() {
		if caught := recover(); caught != nil {
			text := fmt.Sprint(caught)
			given = &answer{Status: "panic", Error: withoutValues(text), Reason: text}
		}
	}()
	return ask()
}

// errorName gives the kind of an error and the first sentence of its text, without values: the library has no other
// names for them.
func errorName(err error) string {
	var held *bgp.MessageError
	if !errors.As(err, &held) {
		return withoutValues(err.Error())
	}
	sentence, _, _ := strings.Cut(held.Message, ". ")
	return fmt.Sprintf("bgp.MessageError %d/%d: %s", held.TypeCode, held.SubTypeCode, withoutValues(sentence))
}

// withoutValues writes N for each number in a text.
func withoutValues(text string) string {
	name := make([]byte, 0, len(text))
	for place := 0; place < len(text); place++ {
		switch isDigit := '0' <= text[place] && text[place] <= '9'; {
		case !isDigit:
			name = append(name, text[place])
		case place == 0 || text[place-1] < '0' || text[place-1] > '9':
			name = append(name, 'N')
		}
	}
	return string(name)
}
