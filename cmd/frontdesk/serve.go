package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"frontdesk/shared/config"
)

// workers is how many conversations are answered at once.
const workers = 32

// serveCommand runs the desk until ctx ends, and then finishes what it began.
func serveCommand(ctx context.Context, _ []string, env func(string) string, stdout, stderr io.Writer) error {
	cfg, err := config.Read(env)
	if err != nil {
		return err
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

// How long a client may take. Bodies are at most 3 MB; the slowest honest sender
// needs a few seconds.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	// shutdownTimeout bounds how long what has begun may take to finish.
	shutdownTimeout = 20 * time.Second
)

// serve runs the door, the queues and the clock side by side.
func (p *program) serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: p.handler(ctx), ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelWarn),
	}
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return p.inbox.Run(ctx, p.desk.Handle, workers) })
	work.Go(func() error { return p.receipts.Run(ctx, p.receiver.Handle, workers) })
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
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		return server.Shutdown(stop)
	})
	return work.Wait()
}

// handler is every path that this machine answers. Pages stream events for as
// long as they are open, so they end with ctx; everything else may finish.
func (p *program) handler(ctx context.Context) http.Handler {
	mux := http.NewServeMux()
	p.door.Routes(mux)
	p.admin.Routes(mux)
	mux.HandleFunc("GET /healthz", p.health)
	if p.sandbox != nil {
		mux.Handle(sandboxPath, http.StripPrefix(sandboxPath[:len(sandboxPath)-1], p.sandbox))
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

// health answers 200 while the store can be read.
func (p *program) health(w http.ResponseWriter, r *http.Request) {
	if _, err := p.store.Live(r.Context()); err != nil {
		http.Error(w, "the store cannot be read", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"status":"ok"}`+"\n")
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
	fmt.Fprintf(out, "  data               %s\n\n", p.cfg.Data)
}
