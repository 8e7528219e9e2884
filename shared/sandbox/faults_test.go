package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFaults(t *testing.T) {
	cases := []struct {
		name         string
		fault        Fault
		status, code int
		accepted     int
	}{
		{"an error code", Fault{Code: 131016}, 500, 131016, 0},
		{"an error code after acceptance", Fault{Code: 131000, Accept: true}, 500, 131000, 1},
		{"a code with another status", Fault{Code: 4, Status: 429, RetryAfter: 7}, 429, 4, 0},
		{"every limit code as 429", Fault{Code: 80007, Status: 429}, 429, 80007, 0},
		{"an expired token", Fault{Code: 190}, 401, 190, 0},
		{"a server that is down", Fault{Status: 503}, 503, 0, 0},
		{"a server that fails after acceptance", Fault{Status: 500, Accept: true}, 500, 0, 1},
		{"an answer that nobody can read", Fault{Status: 200, Accept: true}, 200, 0, 1},
		{"an answer that breaks off", Fault{Torn: true, Accept: true}, 200, 0, 1},
		{"a cut connection", Fault{}, 502, 0, 0},
		{"a reset connection", Fault{Reset: true}, 502, 0, 0},
		{"a cut connection after acceptance", Fault{Accept: true}, 502, 0, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var asked []Request
			st := newStage(t, func(cfg *Config) {
				cfg.Fault = func(r Request) *Fault { asked = append(asked, r); return &c.fault }
			})
			st.write(sheena, "hi")
			got := st.send(to(sheena, `"biz_opaque_callback_data":"ref","type":"text","text":{"body":"Hello"}`))
			if got.status != c.status || got.Error.Code != c.code || len(st.Sent()) != c.accepted {
				t.Errorf("got status %d code %d accepted %d; want %d, %d, %d", got.status, got.Error.Code, len(st.Sent()), c.status, c.code, c.accepted)
			}
			want := []Request{{Call: 1, Number: shop.PhoneNumberID, To: "+16505551234", Type: "text", Ref: "ref"}}
			if diff := cmp.Diff(want, asked); diff != "" {
				t.Errorf("the hook was asked (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFaultsOnTheWire shows over TCP what a client sees of each fault.
func TestFaultsOnTheWire(t *testing.T) {
	cases := []struct {
		name     string
		fault    Fault
		sees     error
		accepted int
	}{
		{"a time-out before acceptance", Fault{Hang: true}, context.DeadlineExceeded, 0},
		{"a time-out after acceptance", Fault{Hang: true, Accept: true}, context.DeadlineExceeded, 1},
		{"a reset before acceptance", Fault{Reset: true}, syscall.ECONNRESET, 0},
		{"a reset after acceptance", Fault{Reset: true, Accept: true}, syscall.ECONNRESET, 1},
		{"a closed connection before acceptance", Fault{}, io.EOF, 0},
		{"a closed connection after acceptance", Fault{Accept: true}, io.EOF, 1},
		{"an answer that breaks off", Fault{Torn: true, Accept: true}, io.ErrUnexpectedEOF, 1},
		{"an answer that nobody can read", Fault{Status: 200, Accept: true}, errNoJSON, 1},
		{"a server that is down", Fault{Status: 503}, errNot200, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ctx, giveUp := context.WithCancelCause(t.Context())
			st := newStage(t, func(cfg *Config) {
				cfg.Fault = func(Request) *Fault {
					if c.fault.Hang { // the client runs out of time while the answer is held back
						giveUp(context.DeadlineExceeded)
					}
					return &c.fault
				}
			})
			st.write(sheena, "hi")
			srv := httptest.NewServer(st)
			if err := overTCP(ctx, t, srv); !errors.Is(err, c.sees) {
				t.Errorf("the client saw %v, want %v", err, c.sees)
			}
			srv.Close() // waits for the server to be done
			if got := len(st.Sent()); got != c.accepted {
				t.Errorf("%d accepted, want %d", got, c.accepted)
			}
		})
	}
}

var errNoJSON = errors.New("the answer is not JSON")

// overTCP sends one message and returns what the client saw of it.
func overTCP(ctx context.Context, t *testing.T, srv *httptest.Server) error {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL+"/v26.0/"+shop.PhoneNumberID+"/messages", strings.NewReader(textTo(sheena, "Hello")))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+shop.Token)
	r.Header.Set("Content-Type", "application/json")
	res, err := srv.Client().Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return errNot200
	}
	b, err := io.ReadAll(res.Body)
	if err == nil && !json.Valid(b) {
		err = errNoJSON
	}
	return err
}
