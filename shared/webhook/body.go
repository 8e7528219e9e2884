package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"
)

// What bodies may cost. Anybody can send one: its signature is known only when all of it is there.
const (
	// small is how long a body may be without asking for room. Meta's usual ones have 1 to 10 KB.
	small = 64 << 10
	// room is how many bytes of longer bodies are in memory at once.
	room = 8 * MaxBody
	// roomPatience is how long a longer body waits for room before it is refused with 503.
	roomPatience = 5 * time.Second
	// grace and pace are how slow a sender may be: so many bytes a second, after a
	// while to begin with, and never silent for longer than that. The largest body may
	// take half a minute.
	grace = 5 * time.Second
	pace  = 128 << 10
)

// errNoRoom: too many long bodies are being received.
var errNoRoom = errors.New("too many long bodies at once")

// readBody reads the whole body. done gives its room back.
func (d *Door) readBody(w http.ResponseWriter, r *http.Request) (body []byte, done func(), err error) {
	done = func() {}
	if r.ContentLength > MaxBody {
		return nil, done, &http.MaxBytesError{Limit: MaxBody}
	}
	in := newPaced(w, r)
	defer in.end()
	length := r.ContentLength
	if length >= 0 && length <= small {
		body = make([]byte, length)
		_, err = io.ReadFull(in, body)
		return body, done, err
	}
	head, err := io.ReadAll(io.LimitReader(in, small))
	if err == nil && len(head) < small && length >= 0 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil || len(head) < small {
		return head, done, err
	}
	return d.readLong(r.Context(), in, head, length)
}

// readLong reads what follows the head of a body, with room for all of it.
func (d *Door) readLong(ctx context.Context, in io.Reader, head []byte, length int64) (body []byte, done func(), err error) {
	if length < 0 {
		done, err = d.reserve(ctx, MaxBody)
		if err != nil {
			return nil, done, err
		}
		rest, err := io.ReadAll(in)
		return append(head, rest...), done, err
	}
	done, err = d.reserve(ctx, length)
	if err != nil {
		return nil, done, err
	}
	body = make([]byte, length)
	_, err = io.ReadFull(in, body[copy(body, head):])
	return body, done, err
}

// reserve waits for room for n bytes.
func (d *Door) reserve(ctx context.Context, n int64) (done func(), err error) {
	d.once.Do(func() { d.room = semaphore.NewWeighted(room) })
	ctx, cancel := context.WithTimeout(ctx, roomPatience)
	defer cancel()
	if err := d.room.Acquire(ctx, n); err != nil {
		return func() {}, fmt.Errorf("%w: %w", errNoRoom, err)
	}
	return func() { d.room.Release(n) }, nil
}

// paced reads a body that must keep up with the pace.
type paced struct {
	in      io.Reader
	control *http.ResponseController
	begun   time.Time
	read    int
}

func newPaced(w http.ResponseWriter, r *http.Request) *paced {
	return &paced{in: http.MaxBytesReader(w, r.Body, MaxBody), control: http.NewResponseController(w), begun: time.Now()}
}

// Read gives what was read so far its time. Where no deadline can be set (behind a
// gateway that has the whole body already) there is none.
func (p *paced) Read(b []byte) (int, error) {
	earned := time.Duration(p.read) * time.Second / pace
	due := min(earned, time.Since(p.begun)) + grace
	_ = p.control.SetReadDeadline(p.begun.Add(due))
	n, err := p.in.Read(b)
	p.read += n
	return n, err
}

// end takes the deadline away, so that it does not cut off what is done with the body.
func (p *paced) end() { _ = p.control.SetReadDeadline(time.Time{}) }
