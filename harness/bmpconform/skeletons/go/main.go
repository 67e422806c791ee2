// Speaks the adapter protocol of bmpconform, version 1, for decoder.go. There is nothing to change here.
//
// One JSON object a line: requests on standard input, answers on standard output, each with the id of its request.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
)

const protocol = 1

// Capabilities is what the adapter says that it can do.
type Capabilities struct {
	Ops   []string       `json:"ops"`
	Depth map[string]int `json:"depth"`
	BGP   string         `json:"bgp"`
}

// Item is what is said of one message of a stream.
type Item struct {
	Offset  int    `json:"offset"`
	Status  string `json:"status"`
	Message any    `json:"message,omitempty"`
	Error   string `json:"error,omitempty"`
}

// Pieces is the answer to octets of a stream.
type Pieces struct {
	Items  []Item `json:"items"`
	Left   int    `json:"left"`
	Closed bool   `json:"closed"`
}

type request struct {
	ID      json.RawMessage `json:"id"`
	Op      string          `json:"op"`
	Hex     string          `json:"hex"`
	Session json.RawMessage `json:"session"`
	Message json.RawMessage `json:"message"`
	More    bool            `json:"more"`
}

type fields map[string]any

func hello() fields {
	return fields{
		"status": "ok", "protocol": protocol, "name": name, "version": version, "language": "Go", "url": url,
		"capabilities": capabilities,
	}
}

func perform(asked request) (fields, error) {
	switch asked.Op {
	case "hello":
		return hello(), nil
	case "decode":
		octets, err := hex.DecodeString(asked.Hex)
		if err != nil {
			return nil, err
		}
		message, consumed, err := decode(octets, asked.Session)
		return fields{"status": "ok", "consumed": consumed, "message": message}, err
	case "encode":
		octets, err := encode(asked.Message, asked.Session)
		return fields{"status": "ok", "hex": hex.EncodeToString(octets)}, err
	case "stream":
		octets, err := hex.DecodeString(asked.Hex)
		if err != nil {
			return nil, err
		}
		pieces, err := stream(octets, asked.More)
		if err != nil {
			return nil, err
		}
		items := append([]Item{}, pieces.Items...) // An empty list, never null.
		return fields{"status": "ok", "items": items, "left": pieces.Left, "closed": pieces.Closed}, nil
	case "reset", "bye":
		reset()
		return fields{"status": "ok"}, nil
	}
	return nil, Unsupported("no such op")
}

// answer returns the answer to any request; what the library fails with is an answer too.
func answer(asked request) (said fields) {
	defer func() {
		if cause := recover(); cause != nil {
			said = fields{"status": "panic", "error": "panic", "reason": fmt.Sprint(cause)}
		}
	}()
	said, err := perform(asked)
	var reject Reject
	var unsupported Unsupported
	switch {
	case err == nil:
		return said
	case errors.As(err, &reject):
		return fields{"status": "reject", "error": reject.Name, "reason": reject.Reason}
	case errors.As(err, &unsupported):
		return fields{"status": "unsupported", "reason": string(unsupported)}
	}
	return fields{"status": "reject", "error": fmt.Sprintf("%T", err), "reason": err.Error()}
}

func main() {
	requests, answers := bufio.NewReader(os.Stdin), json.NewEncoder(os.Stdout)
	os.Stdout = os.Stderr // What the library prints must not stand between answers.
	for {
		line, err := requests.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var asked request
		if err == nil {
			err = json.Unmarshal(line, &asked)
		}
		if err != nil {
			log.Fatal(err)
		}
		said := answer(asked)
		said["id"] = asked.ID
		if err := answers.Encode(said); err != nil {
			log.Fatal(err)
		}
		if asked.Op == "bye" {
			return
		}
	}
}
