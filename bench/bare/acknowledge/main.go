// Command acknowledge is the bare door of one machine: net/http, signature,
// decode, one bbolt commit for all deliveries that wait, 200.
package main

import (
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"runtime"

	"go.etcd.io/bbolt"

	"frontdesk/bench/bare"
)

// maxGroup is how many deliveries share one commit at most.
const maxGroup = 256

// maxBody is the largest delivery in bytes.
const maxBody = 3 << 20

// delivery waits for the commit of its jobs.
type delivery struct {
	jobs [][]byte
	done chan error
}

func main() {
	path := flag.String("data", "", "the file to commit to")
	address := flag.String("listen", "127.0.0.1:0", "where to listen; the address is printed")
	secret := flag.String("secret", "sample-app-secret", "the app secret")
	flag.Parse()
	db, err := open(*path)
	if err != nil {
		log.Fatal(err)
	}
	queue := make(chan delivery, maxGroup)
	go write(db, queue)
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("http://" + listener.Addr().String())
	log.Fatal(http.Serve(listener, handler(*secret, queue)))
}

func open(path string) (*bbolt.DB, error) {
	// The same settings as the real store has.
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		FreelistType: bbolt.FreelistMapType, PreLoadFreelist: true, InitialMmapSize: 1 << 28, NoStatistics: true,
	})
	if err != nil {
		return nil, err
	}
	return db, db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists([]byte("inbox"))
		return err
	})
}

func handler(secret string, queue chan<- delivery) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /webhooks/whatsapp", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if !bare.Signed(secret, body, r.Header.Get("X-Hub-Signature-256")) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		jobs, err := decode(body)
		if err != nil {
			return // signed but unreadable: 200
		}
		d := delivery{jobs, make(chan error, 1)}
		queue <- d
		if <-d.done != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return mux
}

func decode(body []byte) ([][]byte, error) {
	var d bare.Delivery
	if err := json.Unmarshal(body, &d); err != nil {
		return nil, err
	}
	var jobs [][]byte
	for _, m := range d.Messages() {
		job, err := json.Marshal(m)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job)
	}
	return jobs, nil
}

// write commits whatever waits, again and again; while one commit runs, the next
// group gathers.
func write(db *bbolt.DB, queue <-chan delivery) {
	for first := range queue {
		group := []delivery{first}
		for more := true; more && len(group) < maxGroup; {
			select {
			case d := <-queue:
				group = append(group, d)
			default:
				more = false
			}
		}
		err := db.Update(func(tx *bbolt.Tx) error { return keep(tx, group) })
		for _, d := range group {
			d.done <- err
		}
		runtime.Gosched() // as the real store does: who was just answered may join the next group
	}
}

func keep(tx *bbolt.Tx, group []delivery) error {
	b := tx.Bucket([]byte("inbox"))
	b.FillPercent = 0.95 // keys only grow
	for _, d := range group {
		for _, job := range d.jobs {
			n, err := b.NextSequence()
			if err != nil {
				return err
			}
			if err := b.Put(binary.BigEndian.AppendUint64(nil, n), job); err != nil {
				return err
			}
		}
	}
	return nil
}
