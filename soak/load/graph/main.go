// Command graph stands in for WhatsApp's Graph API: it accepts every message after
// a delay and prints one line for each, in the order of their arrival:
//
//	<when it arrived, Unix nanoseconds> <number it is for> <our reference> <its id>
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// maxBody is the largest request in bytes that is read.
const maxBody = 1 << 20

func main() {
	delay := flag.Duration("delay", 0, "how long the answer to a message takes")
	flag.Parse()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("http://" + listener.Addr().String())
	log.Fatal(http.Serve(listener, &graph{out: os.Stdout, delay: *delay, now: time.Now}))
}

type graph struct {
	delay time.Duration
	now   func() time.Time

	mu       sync.Mutex
	out      io.Writer
	accepted int
}

func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived := g.now()
	var m struct {
		To  string
		Ref string `json:"biz_opaque_callback_data"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&m)
	if err != nil || m.To == "" || m.Ref == "" {
		http.Error(w, "not a message with a reference", http.StatusBadRequest)
		return
	}
	to := strings.TrimPrefix(m.To, "+")
	id, err := g.note(arrived, to, m.Ref)
	if err != nil {
		http.Error(w, "not noted", http.StatusInternalServerError)
		return
	}
	if g.delay > 0 {
		<-time.After(g.delay)
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"messaging_product":"whatsapp","contacts":[{"input":%q,"wa_id":%q}],"messages":[{"id":%q}]}`, m.To, to, id)
}

// note prints one accepted message and returns its id.
func (g *graph) note(at time.Time, to, ref string) (id string, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.accepted++
	id = fmt.Sprintf("wamid.out%040d", g.accepted)
	_, err = fmt.Fprintln(g.out, at.UnixNano(), to, ref, id)
	return id, err
}
