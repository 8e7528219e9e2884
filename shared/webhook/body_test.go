package webhook_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/webhook"
	"frontdesk/shared/whatsapp"
)

// send makes a delivery whose body is read from in. A length of -1 announces none.
func (d door) send(in io.Reader, length int64, signature string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/webhooks/whatsapp", in)
	r.ContentLength = length
	r.Header.Set(whatsapp.SignatureHeader, signature)
	w := httptest.NewRecorder()
	d.mux.ServeHTTP(w, r)
	return w
}

// unread fails the test when somebody reads it.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func TestWhatIsRefusedAnywayIsNotRead(t *testing.T) {
	good := whatsapp.Sign(nil, secret)
	tests := []struct {
		name      string
		length    int64
		signature string
		status    int
	}{
		{"no signature", 100, "", 401},
		{"no signature and no length", -1, "", 401},
		{"a signature of another kind", 100, "sha1=" + good[7:], 401},
		{"half a signature", 100, good[:40], 401},
		{"a signature that is not hexadecimal", 100, good[:70] + "g", 401},
		{"too long by what it says", webhook.MaxBody + 1, good, 413},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newDoor(number).send(unread{t}, tt.length, tt.signature)
			if w.Code != tt.status || w.Header().Get("Connection") != "close" {
				t.Errorf("got %d, connection %q, want %d and the connection closed", w.Code, w.Header().Get("Connection"), tt.status)
			}
		})
	}
}

// However a body comes, its bytes are what is verified: nothing is added or cut.
func TestABodyOfAnyLengthInAnyPiecesIsReadWhole(t *testing.T) {
	text := sample(t, "signed_text.json")
	rapid.Check(t, func(rt *rapid.T) {
		border := rapid.SampledFrom([]int{len(text), 64 << 10, 128 << 10, 200 << 10}).Draw(rt, "near")
		size := min(max(border+rapid.IntRange(-2, 2).Draw(rt, "by"), len(text)), webhook.MaxBody)
		body := text + strings.Repeat(" ", size-len(text))
		announced := rapid.Bool().Draw(rt, "announced")
		missing := int64(rapid.SampledFrom([]int{0, 0, 1, 70_000, webhook.MaxBody}).Draw(rt, "bytes that are announced and never come"))
		length, want := int64(-1), 200
		if announced {
			length = int64(size) + missing
			if missing > 0 {
				want = 400
			}
			if length > webhook.MaxBody {
				want = 413
			}
		}
		in := io.Reader(strings.NewReader(body))
		if rapid.Bool().Draw(rt, "in pieces") {
			in = iotest.HalfReader(in)
		}
		d := newDoor(number)
		if w := d.send(in, length, whatsapp.Sign([]byte(body), secret)); w.Code != want {
			rt.Errorf("%d bytes, announced %d: got %d, want %d", size, length, w.Code, want)
		}
		if got := len(d.inbox.jobs); (got == 1) != (want == 200) {
			rt.Errorf("%d bytes, announced %d: got %d jobs", size, length, got)
		}
	})
}

func TestABodyThatBreaksOffIsRefused(t *testing.T) {
	for _, length := range []int64{1000, 100_000, -1} {
		in := io.MultiReader(strings.NewReader(strings.Repeat(" ", 900)), iotest.ErrReader(io.ErrUnexpectedEOF))
		if w := newDoor(number).send(in, length, whatsapp.Sign(nil, secret)); w.Code != 400 {
			t.Errorf("announced %d: got %d, want 400", length, w.Code)
		}
	}
}

// stalled gives so many bytes and then waits.
type stalled struct {
	first io.Reader
	goOn  chan struct{}
}

func (s stalled) Read(b []byte) (int, error) {
	if n, err := s.first.Read(b); err == nil {
		return n, nil
	}
	<-s.goOn
	return 0, io.EOF
}

// Long bodies share a bounded room. Whoever finds none in time is told to come again;
// usual ones need none.
func TestLongBodiesShareABoundedRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(number)
		goOn := make(chan struct{})
		codes := make(chan int, 20)
		for range 8 {
			go func() {
				in := stalled{strings.NewReader(strings.Repeat(" ", 70_000)), goOn}
				codes <- d.send(in, webhook.MaxBody, whatsapp.Sign(nil, secret)).Code
			}()
		}
		synctest.Wait()
		begun := time.Now()
		if w := d.signed(sample(t, "signed_text.json")); w.Code != 200 {
			t.Errorf("a usual body: got %d, want 200", w.Code)
		}
		long := sample(t, "signed_text.json") + strings.Repeat(" ", 100_000)
		if w := d.signed(long); w.Code != 503 || time.Since(begun) != 5*time.Second {
			t.Errorf("a long body: got %d after %s, want 503 after 5s", w.Code, time.Since(begun))
		}
		close(goOn)
		for range 8 {
			if code := <-codes; code != 400 {
				t.Errorf("a body that broke off: got %d, want 400", code)
			}
		}
		if w := d.signed(long); w.Code != 200 {
			t.Errorf("a long body when there is room again: got %d, want 200", w.Code)
		}
	})
}

// A sender who is too slow for the pace is cut off, by a real server in real time.
func TestASlowBodyIsCutOff(t *testing.T) {
	const most = 5 * time.Minute // it is 5 s; a busy machine is slow, too, and without a bound it takes hours
	tests := []struct {
		name  string
		piece int
		every time.Duration
	}{
		{"a byte every second", 1, time.Second},
		{"silence after the first piece", 30_000, time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if took := slowly(t, tt.piece, tt.every); took > most {
				t.Errorf("got it held for %s, want at most %s", took, most)
			}
		})
	}
}

// slowly sends a body in pieces to a server and returns how long it was held open.
func slowly(t *testing.T, piece int, every time.Duration) time.Duration {
	d := newDoor(number)
	server := httptest.NewServer(d.mux)
	defer server.Close()
	in, out := io.Pipe()
	defer func() { _ = out.Close() }()
	go func() {
		for {
			if _, err := out.Write(make([]byte, piece)); err != nil {
				return
			}
			timer := time.NewTimer(every)
			select {
			case <-timer.C:
			case <-t.Context().Done():
				return
			}
		}
	}()
	r, err := http.NewRequest(http.MethodPost, server.URL+"/webhooks/whatsapp", in)
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = 60_000
	r.Header.Set(whatsapp.SignatureHeader, whatsapp.Sign(nil, secret))
	begun := time.Now()
	res, err := http.DefaultClient.Do(r)
	if err == nil {
		_ = res.Body.Close()
		if res.StatusCode != http.StatusBadRequest {
			t.Errorf("got %d, want 400", res.StatusCode)
		}
	}
	return time.Since(begun)
}
