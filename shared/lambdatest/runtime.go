package lambdatest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const invocationPath = "/2018-06-01/runtime/invocation/"

// maxAnswer is Lambda's limit of an answer.
const maxAnswer = 6 << 20

// runtimeAPI is the side of the Lambda Runtime API that functions call.
type runtimeAPI struct {
	mux     *http.ServeMux
	events  chan []byte
	answers chan reply
	failed  chan error

	mu    sync.Mutex
	calls int
	open  string // the id of the invocation under way
}

type reply struct {
	body []byte
	err  error
	at   time.Time
}

func newRuntimeAPI() *runtimeAPI {
	a := &runtimeAPI{
		mux: http.NewServeMux(), events: make(chan []byte),
		answers: make(chan reply, 1), failed: make(chan error, 1),
	}
	a.mux.HandleFunc("GET "+invocationPath+"next", a.next)
	a.mux.HandleFunc("POST "+invocationPath+"{id}/response", a.response)
	a.mux.HandleFunc("POST "+invocationPath+"{id}/error", a.invocationError)
	a.mux.HandleFunc("POST /2018-06-01/runtime/init/error", a.initError)
	return a
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// next waits until there is an event, as Lambda freezes an idle instance.
func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	select {
	case event := <-a.events:
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", a.begin())
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(Limit).UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:frontdesk-test")
		_, _ = w.Write(event)
	case <-r.Context().Done():
	}
}

func (a *runtimeAPI) begin() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	a.open = fmt.Sprintf("8476a536-e9f4-11e8-9739-%012d", a.calls)
	return a.open
}

// end reports whether id is the invocation under way, and closes it.
func (a *runtimeAPI) end(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	ok := id != "" && id == a.open
	a.open = ""
	return ok
}

func (a *runtimeAPI) response(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAnswer))
	if err == nil {
		err = streamFault(r.Trailer)
	}
	a.finish(w, r.PathValue("id"), reply{body: body, err: err, at: time.Now()})
}

// streamFault is the error that a runtime reports after it began to answer.
func streamFault(trailer http.Header) error {
	if kind := trailer.Get("Lambda-Runtime-Function-Error-Type"); kind != "" {
		return &FunctionError{Type: kind}
	}
	return nil
}

func (a *runtimeAPI) invocationError(w http.ResponseWriter, r *http.Request) {
	a.finish(w, r.PathValue("id"), reply{err: readError(r), at: time.Now()})
}

func (a *runtimeAPI) initError(w http.ResponseWriter, r *http.Request) {
	e := readError(r)
	e.Init = true
	select {
	case a.failed <- e:
	default: // only the first counts
	}
	w.WriteHeader(http.StatusAccepted)
}

func (a *runtimeAPI) finish(w http.ResponseWriter, id string, answer reply) {
	if !a.end(id) {
		http.Error(w, `{"errorType":"InvalidRequestID"}`, http.StatusBadRequest)
		return
	}
	a.answers <- answer
	w.WriteHeader(http.StatusAccepted)
}

func readError(r *http.Request) *FunctionError {
	e := &FunctionError{Type: r.Header.Get("Lambda-Runtime-Function-Error-Type")}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer))
	if err != nil {
		e.Message = err.Error()
		return e
	}
	if json.Unmarshal(raw, e) != nil {
		e.Message = string(raw)
	}
	return e
}

// logLimit bounds what is kept of a function's output.
const logLimit = 1 << 20

type logBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if room := logLimit - b.text.Len(); room > 0 {
		b.text.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
