package record_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
	"frontdesk/shared/wecom"
)

var _ wecom.TokenStore = (*record.Store)(nil)

const hash = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

func TestATokenIsWrittenAtTheVersionThatWasRead(t *testing.T) {
	s, ctx := open(t), context.Background()
	none, err := s.Token(ctx, hash)
	if err != nil || none != (channel.AccessToken{}) {
		t.Fatalf("got %+v, %v, want none", none, err)
	}
	lease, won, err := s.SetToken(ctx, hash, channel.AccessToken{Lease: noon.Add(time.Minute)})
	if err != nil || !won || lease.Version != 1 {
		t.Fatalf("got version %d, %v, %v, want the lease", lease.Version, won, err)
	}
	theirs, won, err := s.SetToken(ctx, hash, channel.AccessToken{Lease: noon.Add(time.Hour)})
	if err != nil || won {
		t.Fatalf("got %v, %v, want somebody else to be first", won, err)
	}
	if diff := cmp.Diff(lease, theirs); diff != "" {
		t.Errorf("what comes back is not theirs (-want +got):\n%s", diff)
	}
	lease.Value, lease.Until, lease.Lease, lease.Code = "MARKED-token", noon.Add(2*time.Hour), time.Time{}, 45009
	written, won, err := s.SetToken(ctx, hash, lease)
	if err != nil || !won {
		t.Fatalf("got %v, %v, want it written", won, err)
	}
	got, err := s.Token(ctx, hash)
	if err != nil || got.Value.Reveal() != "MARKED-token" {
		t.Fatalf("got a value of %d bytes, %v", len(got.Value), err)
	}
	if diff := cmp.Diff(written, got); diff != "" {
		t.Errorf("what was read is not what was written (-want +got):\n%s", diff)
	}
	if _, won, _ = s.SetToken(ctx, hash, lease); won {
		t.Error("an old version was written over a new one")
	}
}

func TestTokensOfTwoSecretsAreApart(t *testing.T) {
	s, ctx := open(t), context.Background()
	if _, won, err := s.SetToken(ctx, hash, channel.AccessToken{Value: "one", Until: noon.Add(time.Hour)}); !won || err != nil {
		t.Fatal(won, err)
	}
	if got, err := s.Token(ctx, strings.Repeat("0", 32)); err != nil || got.Value != "" {
		t.Errorf("got a token of another secret, %v", err)
	}
}

func TestADamagedTokenIsNotShown(t *testing.T) {
	s, ctx := open(t), context.Background()
	_, won, err := s.SetToken(ctx, hash, channel.AccessToken{Value: "MARKED-token", Until: noon.Add(time.Hour)})
	if err != nil || !won {
		t.Fatal(err)
	}
	damaged := table.Item{Key: table.Key{PK: "TOKENS", SK: hash}, Body: `{"value":"MARKED-token","until":"MARKED-time"}`}
	if err := s.Table.Put(ctx, damaged, table.Condition{}); err != nil {
		t.Fatal(err)
	}
	if _, err = s.Token(ctx, hash); err == nil || strings.Contains(err.Error(), "MARKED") {
		t.Errorf("got %v, want an error that shows nothing", err)
	}
}

func TestAHeldLeaseIsSeenByOthers(t *testing.T) {
	s, ctx := open(t), context.Background()
	other := &record.Store{Table: s.Table, Keep: record.Keep}
	if _, won, err := s.SetToken(ctx, hash, channel.AccessToken{Lease: noon.Add(time.Second)}); err != nil || !won {
		t.Fatal(won, err)
	}
	got, err := other.Token(ctx, hash)
	if err != nil || !got.Lease.Equal(noon.Add(time.Second)) || got.Value != channel.Secret("") {
		t.Errorf("got a lease until %v, %v", got.Lease, err)
	}
}

func TestThreeProcessesOnOneTableFetchOneToken(t *testing.T) {
	var fetches atomic.Int32
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fetches.Add(1) > 1 {
			t.Error("a second token was fetched")
		}
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok","access_token":"MARKED-token","expires_in":7200}`)
	}))
	defer api.Close()
	s := open(t)
	ch := channel.Channel{ID: "app-main", Kind: message.WeComApp, CorpID: "wx5823bf96d3bd56c7", Secret: "MARKED-secret", APIURL: api.URL}
	var all sync.WaitGroup
	for range 3 {
		tokens := &wecom.Tokens{Store: record.New(s.Table), Now: func() time.Time { return noon }}
		for range 8 {
			all.Go(func() {
				if got, err := tokens.Get(context.Background(), ch); err != nil || got.Value.Reveal() != "MARKED-token" {
					t.Errorf("got a token of %d bytes, %v", len(got.Value), err)
				}
			})
		}
	}
	all.Wait()
	if fetches.Load() != 1 {
		t.Errorf("got %d fetches for 24 senders, want 1", fetches.Load())
	}
}
