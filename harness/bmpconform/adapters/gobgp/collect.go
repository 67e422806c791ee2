// A collector: `adapter collect ADDRESS:PORT FILE` listens for routers and appends what the library understood of their
// messages to FILE, in the neutral form, one message a line.
//
// It does what a station has to and no more: it cuts by the library's bufio.SplitFunc, skips a message type that the
// library does not know, tells it which families have path identifiers, closes behind a Termination, gives up a stream
// that cannot be framed, and sends nothing.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"net"
	"os"
	"sync"

	"github.com/osrg/gobgp/v4/pkg/packet/bmp"
)

const largestMessage = 1 << 24

type collector struct {
	lock    sync.Mutex
	encoder *json.Encoder
}

func collect(address, file string) error {
	output, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(output)
	encoder.SetEscapeHTML(false)
	all := &collector{encoder: encoder}
	for {
		router, err := listener.Accept()
		if err != nil {
			return err
		}
		go all.serve(router)
	}
}

func (c *collector) serve(router net.Conn) {
	defer router.Close()
	frames := bufio.NewScanner(router)
	frames.Buffer(nil, largestMessage)
	frames.Split(bmp.SplitBMP)
	known, refused := peers{}, ""
	given := guarded(func() *answer {
		for frames.Scan() && c.take(frames.Bytes(), known, &refused) {
		}
		return nil
	})
	if given != nil {
		log.Printf("%s: panic: %s", router.RemoteAddr(), given.Reason)
	}
	if err := frames.Err(); err != nil {
		log.Printf("%s: %v", router.RemoteAddr(), err)
	}
}

// take writes one message down, and tells whether more of the connection is read. What was refused before for the same
// reason is not logged again: SplitBMP may give one frame without end.
func (c *collector) take(frame []byte, known peers, refused *string) bool {
	given := guarded(func() *answer { return known.read(frame) })
	if given.Status != "ok" {
		if given.Reason != *refused {
			log.Printf("%s: %s", given.Status, given.Reason)
		}
		*refused = given.Reason
		return true
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if err := c.encoder.Encode(given.Message); err != nil {
		log.Fatal(err)
	}
	return given.Message.Type != bmp.BMP_MSG_TERMINATION
}
