// Command acknowledge is the door of one machine without the desk behind it: the
// parts that frontdesk serve puts together, queues with nobody at work on them.
package main

import (
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox/local"
	"frontdesk/shared/record"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/webhook"
	"frontdesk/shared/whatsapp"
)

func main() {
	path := flag.String("data", "", "the file to commit to")
	address := flag.String("listen", "127.0.0.1:0", "where to listen; the address is printed")
	channels := flag.String("channels", "", "the channels, as JSON")
	flag.Parse()
	door, err := open(*path, *channels)
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	door.Routes(mux)
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("http://" + listener.Addr().String())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, MaxHeaderBytes: 64 << 10}
	log.Fatal(server.Serve(listener))
}

func open(path, text string) (*webhook.Door, error) {
	channels, err := channel.Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	db, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		return nil, err
	}
	keeper := &deadletter.Keeper{Store: record.New(db), Now: time.Now, Log: slog.Default()}
	inbox, err := local.New(db, local.Options{Name: deadletter.Inbox, Graveyard: keeper})
	if err != nil {
		return nil, err
	}
	receipts, err := local.New(db, local.Options{Name: deadletter.Receipts, Graveyard: keeper})
	if err != nil {
		return nil, err
	}
	return &webhook.Door{WhatsApp: whatsapp.NewDoor(channels), Inbox: inbox, Receipts: receipts, Grave: keeper, Log: slog.Default()}, nil
}
