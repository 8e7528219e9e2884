package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"frontdesk/shared/config"
	"frontdesk/shared/inbox/local"
	"frontdesk/shared/message"
	"frontdesk/shared/unsubscribe"
)

// How many jobs are under way at once. A reply waits for the channel, which takes a
// tenth of a second or more; a receipt waits for a commit that it shares with many.
const (
	deskWorkers    = 256
	receiptWorkers = 1024
)

// gcPercent is how much garbage, in per cent of what is alive, gathers before it is
// collected. Little is alive here, and at the default of 100 a busy desk spends a
// fifth of its processor time on collecting. GOGC in the environment goes first.
const gcPercent = 400

// serveCommand runs the desk until ctx ends, and then finishes what it began.
func serveCommand(ctx context.Context, _ []string, env func(string) string, stdout, stderr io.Writer) error {
	cfg, err := config.Read(env)
	if err != nil {
		return err
	}
	if env("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(cfg.Host, strconv.Itoa(cfg.Port)))
	if err != nil {
		return fmt.Errorf("listen: %w (set PORT to another port)", err)
	}
	defer func() { _ = listener.Close() }()
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	p, err := open(ctx, cfg, "http://"+address(listener.Addr()), log)
	if err != nil {
		return err
	}
	p.welcome(stdout)
	return errors.Join(p.serve(ctx, listener), p.close())
}

// address is where a person can open what we listen on.
func address(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// What a client may take: time, bytes of header, connections. Bodies are at most 3 MB,
// and the door has its own limits for them.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 16 << 10
	// maxConnections costs at most some 30 KB each.
	maxConnections = 2000
	// shutdownTimeout bounds how long open requests may take to finish. Sends that
	// have begun take at most 10 s.
	shutdownTimeout = 15 * time.Second
)

// serve runs the door, the queues and the clock side by side.
func (p *program) serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: p.handler(ctx), ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelWarn),
		ConnState: newConnections(maxConnections).changed,
	}
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return p.inbox.Run(ctx, p.work, deskWorkers) })
	work.Go(func() error { return p.receipts.Run(ctx, p.receiver.Handle, receiptWorkers) })
	work.Go(func() error { p.clock.Run(ctx); return nil })
	work.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	work.Go(func() error {
		<-ctx.Done()
		if p.sandbox != nil {
			p.sandbox.Close() // ends the pages' streams
		}
		return p.leave(context.WithoutCancel(ctx), server)
	})
	return work.Wait()
}

// leave lets open requests finish. Who takes too long over one is cut off: nothing of
// it was acknowledged.
func (p *program) leave(ctx context.Context, server *http.Server) error {
	ctx, cancel := context.WithTimeout(ctx, shutdownTimeout)
	defer cancel()
	err := server.Shutdown(ctx)
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	p.log.Warn("requests were cut off at the end", "error", err)
	return server.Close()
}

// handler is every path that this machine answers. Pages stream events for as
// long as they are open, so they end with ctx; everything else may finish.
func (p *program) handler(ctx context.Context) http.Handler {
	mux := http.NewServeMux()
	p.door.Routes(mux)
	p.admin.Routes(mux)
	(&unsubscribe.Page{Off: p.weekly.Unsubscribe, Log: p.log}).Routes(mux)
	mux.HandleFunc("GET /healthz", p.health)
	if p.sandbox != nil {
		p.sandbox.routes(mux)
	}
	if p.pages != nil {
		mux.Handle("/", until(ctx, p.pages))
	}
	return mux
}

// until ends the requests of a handler when ctx ends.
func until(ctx context.Context, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		with, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(ctx, cancel)()
		h.ServeHTTP(w, r.WithContext(with))
	})
}

// unwell is how long health tells of a write that the store refused.
const unwell = time.Minute

// health answers 200 while the store can be read and takes what is written.
func (p *program) health(w http.ResponseWriter, r *http.Request) {
	if _, err := p.store.Live(r.Context()); err != nil {
		http.Error(w, "the store cannot be read", http.StatusServiceUnavailable)
		return
	}
	if err := p.db.Refused(unwell); err != nil {
		http.Error(w, "the store has refused a write in the last minute; the log says why", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(healthy{Status: "ok", Inbox: waiting(p.inbox), Receipts: waiting(p.receipts)})
}

// healthy is the answer of a desk that is well, and how far behind it is.
type healthy struct {
	Status   string `json:"status"`
	Inbox    behind `json:"inbox"`
	Receipts behind `json:"receipts"`
}

type behind struct {
	Waiting int `json:"waiting"`
	// Oldest is the age of the oldest job that is not done, in seconds.
	Oldest int `json:"oldest_s"`
}

func waiting(q *local.Queue) behind {
	s := q.Stats()
	return behind{Waiting: s.Waiting + s.InFlight, Oldest: int(s.Oldest.Seconds())}
}

// welcome prints the addresses.
func (p *program) welcome(out io.Writer) {
	fmt.Fprintf(out, "Frontdesk is open. 前台已开。\n\n")
	if p.pages != nil {
		if p.sandbox != nil {
			fmt.Fprintf(out, "  start here         %s/\n", p.url)
			fmt.Fprintf(out, "  write as customer  %s/playground\n", p.url)
		}
		fmt.Fprintf(out, "  weekly mails       %s/mailbox\n", p.url)
	}
	fmt.Fprintf(out, "  admin API          %s/v1/openapi.json  (token: frontdesk token --role admin)\n", p.url)
	fmt.Fprintf(out, "  WhatsApp webhook   %s/webhooks/whatsapp\n", p.url)
	for _, ch := range p.channels {
		if ch.Kind == message.WeComApp || ch.Kind == message.WeComKF || ch.Kind == message.WeComBot {
			fmt.Fprintf(out, "  WeCom callback     %s/webhooks/wecom/%s\n", p.url, ch.ID)
		}
	}
	fmt.Fprintf(out, "  data               %s\n\n", p.cfg.Data)
}
