package main

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"go.etcd.io/bbolt"
)

func TestDeliveriesAreCommittedBeforeTheyAreAcknowledged(t *testing.T) {
	raw, err := os.ReadFile("../../../events/webhook-post.json")
	if err != nil {
		t.Fatal(err)
	}
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	db, err := open(filepath.Join(t.TempDir(), "bare.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	queue := make(chan delivery, maxGroup)
	defer close(queue)
	go write(db, queue)
	h := handler("sample-app-secret", queue)
	post := func(signature string) int {
		r := httptest.NewRequest("POST", "/webhooks/whatsapp", strings.NewReader(e.Body))
		r.Header.Set("X-Hub-Signature-256", signature)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	const deliveries = 100
	var all sync.WaitGroup
	for range deliveries {
		all.Go(func() {
			if got := post(e.Headers["x-hub-signature-256"]); got != 200 {
				t.Errorf("got %d, want 200", got)
			}
		})
	}
	all.Wait()
	if got := post("sha256=00"); got != 401 {
		t.Errorf("got %d for a wrong signature, want 401", got)
	}
	if got := kept(t, db); got != deliveries {
		t.Errorf("got %d jobs kept, want %d", got, deliveries)
	}
}

func kept(t *testing.T, db *bbolt.DB) (n int) {
	t.Helper()
	if err := db.View(func(tx *bbolt.Tx) error {
		n = tx.Bucket([]byte("inbox")).Stats().KeyN
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
