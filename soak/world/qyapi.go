package world

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/table"
	"frontdesk/shared/wecom"
	"frontdesk/soak/audit"
	"frontdesk/soak/fault"
	"frontdesk/soak/sim"
)

// The company at WeCom. What is marked is looked for in everything that is written;
// access tokens, codes and the tokens of callbacks are added as they are given.
const (
	corpID        = "wx5823bf96d3bd56c7"
	agentID       = 1000002
	openKFID      = "wkAJ2GCAAAsoak"
	kfChannel     = "kf-main"
	appChannel    = "app-main"
	corpSecret    = "MARKED-corp-secret/0815+x="
	callbackToken = "MARKEDcallback"
	aesKey        = "MARKEDaesKey4711MARKEDaesKey0815MARKEDaesKe"
	// repeatCode is the code of the setting of KFRefused.
	repeatCode = 40035
	// checked is for how many seconds a repeated message of an app is recognised.
	checked = 1800
)

func callbackKey() channel.CallbackKey {
	return channel.CallbackKey{Token: callbackToken, AESKey: aesKey}
}

// qyapiSide is what customer service and apps have in common: WeCom's API, played by
// the sandbox, its callbacks, and its access tokens.
type qyapiSide struct {
	w       *World
	sandbox *qyapi.Sandbox
	opener  *wecom.Door
	fault   *qyapi.Fault    // of the next request
	known   map[string]bool // callbacks that were delivered before
	claimed map[string]bool // welcomes that the table knew of when they went out
	token   string          // the latest access token
	tokens  []audit.Token
	// leased are the tasks that may fetch an access token, fetching those that do, since
	// they have the lease.
	leased, fetching map[*sim.Task]time.Time
	untrusted        []fault.Span
	forgot           bool // a cursor was refused
}

func newQyapiSide(w *World) qyapiSide {
	return qyapiSide{w: w, known: map[string]bool{}, claimed: map[string]bool{}, leased: map[*sim.Task]time.Time{}, fetching: map[*sim.Task]time.Time{}}
}

func (s *qyapiSide) secrets() map[string]string {
	return map[string]string{"the corp secret": corpSecret, "the callback token": callbackToken, "the AES key": aesKey}
}

// company is the sandbox's configuration. What WeCom's pages do not say differs from
// world to world.
func (s *qyapiSide) company(post func(context.Context, qyapi.Callback) ([]byte, error)) qyapi.Config {
	w := s.w
	return qyapi.Config{
		CorpID: corpID, Apps: []qyapi.App{{AgentID: agentID, Secret: corpSecret, Key: callbackKey()}},
		Unsure: qyapi.Unsure{
			Tokens: qyapi.Tokens(w.faults.Pick(3)), RepeatTimeouts: w.faults.Pick(2) == 0, OverBudget: qyapi.OverBudget(w.faults.Pick(3)),
			HollowPages: 3 + w.faults.Pick(20), StaysEnded: w.faults.Pick(2) == 0, SameSignature: w.faults.Pick(2) == 0,
		},
		Post: post, Fault: func(qyapi.Request) *qyapi.Fault { return s.fault },
		Keep: 1 << 40, Now: w.sim.Now, Entropy: w.entropy,
		After: func(d time.Duration, f func()) { w.sim.After(d, func() { w.sim.Go(outside, f) }) },
	}
}

func (s *qyapiSide) start(cfg qyapi.Config, channels []channel.Channel) (err error) {
	if s.opener, err = wecom.NewDoor(channels); err != nil {
		return err
	}
	s.sandbox, err = qyapi.New(cfg)
	return err
}

// begin plans when every access token ends early, and when our address is not trusted.
func (s *qyapiSide) begin() {
	w := s.w
	s.untrusted = w.faults.Spans(w.sim.Now(), w.ends, 3*time.Hour, 4*time.Minute)
	w.faults.Count(fault.Untrusted, len(s.untrusted))
	for _, span := range w.faults.Spans(w.sim.Now(), w.ends, 40*time.Minute, time.Minute) {
		forget := w.faults.Pick(2) == 0 // else 42001
		w.sim.After(span.From.Sub(w.sim.Now()), func() {
			w.faults.Count(fault.TokenEnded, 1)
			s.sandbox.ExpireTokens(forget)
			s.tell(audit.TokenEnded)
		})
	}
}

// inside is what a callback holds, as far as the ledger goes.
type inside struct {
	MsgID   string `xml:"MsgId"`
	From    string `xml:"FromUserName"`
	Content string
	Token   string
}

func (s *qyapiSide) read(ch string, cb qyapi.Callback) (inside, error) {
	var in inside
	opened, err := s.opener.Open(ch, cb.Query, cb.Body)
	if err != nil {
		return in, fmt.Errorf("open a callback of the sandbox: %w", err)
	}
	if in.Token = ""; xml.Unmarshal(opened.Plain, &in) == nil && in.Token != "" {
		s.w.leaks.Add("a callback's token", in.Token)
	}
	return in, nil
}

// ring takes a callback to the door, and repeats it as told. What identifies it for the
// repeats is its message, or the token in it.
func (s *qyapiSide) ring(l letter, id string) ([]byte, error) {
	w := s.w
	if t := w.sim.Current(); t.Subject == "" {
		t.Subject = l.subject
	}
	if !s.known[id] {
		s.known[id] = true
		if w.faults.Strike(fault.CallbackGone, l.subject) {
			return nil, nil
		}
		if w.faults.Strike(fault.Disorder, l.subject) {
			w.sim.Sleep(w.faults.Between(0, 20*time.Second))
		}
		w.repeat(l)
	}
	switch status := w.deliver(l); status {
	case http.StatusOK:
		return nil, nil
	case 0:
		return nil, errNot200
	default:
		return nil, errors.Join(errNot200, qyapi.ErrStatus)
	}
}

// letter is a callback at the address of a channel.
func callback(ch string, cb qyapi.Callback) letter {
	return letter{
		path: "/webhooks/wecom/" + ch + "?" + cb.Query.Encode(), header: http.Header{"Content-Type": {"text/xml"}}, body: cb.Body,
		acked: func(time.Time) {},
	}
}

// call gives a request to the sandbox, with the code that it shall answer.
func (s *qyapiSide) call(req *http.Request, body []byte) *recorder {
	path := strings.TrimPrefix(req.URL.Path, "/cgi-bin/")
	rec := &recorder{header: http.Header{}}
	if path == "message/send" && s.w.faults.Strike(fault.NobodyThere, s.w.subject()) {
		_, _ = fmt.Fprintf(rec, `{"errcode":0,"errmsg":"ok","invaliduser":%q,"msgid":"none"}`, strings.ToLower(userMark)+"0001")
		return rec
	}
	if path == "gettoken" {
		s.fetches()
	}
	s.fault = s.refusal(path, body)
	in := req.Clone(context.Background())
	in.Body, in.RemoteAddr = io.NopCloser(bytes.NewReader(body)), "192.0.2.1:4711"
	s.sandbox.ServeHTTP(rec, in)
	s.fault = nil
	s.learn(path, rec.body.Bytes())
	return rec
}

// refusal is the error that WeCom answers this time, if it does.
func (s *qyapiSide) refusal(path string, body []byte) *qyapi.Fault {
	w, subject := s.w, s.w.subject()
	if path != "gettoken" && fault.In(s.untrusted, w.sim.Now()) >= 0 {
		w.faults.Touch(fault.Untrusted, subject)
		return &qyapi.Fault{Code: 60020}
	}
	if w.faults.Strike(fault.Limit, subject) {
		return &qyapi.Fault{Code: []int{-1, -1, 45033, 45009}[w.faults.Pick(4)]}
	}
	switch {
	case path == "kf/sync_msg" && bytes.Contains(body, []byte(`"token"`)) && w.faults.Strike(fault.StaleToken, subject):
		return &qyapi.Fault{Code: 95007}
	case path == "kf/sync_msg" && bytes.Contains(body, []byte(`"cursor"`)) && s.forgets(subject):
		return &qyapi.Fault{Code: 50100}
	case (path == "kf/send_msg" || path == "message/send") && w.faults.Strike(fault.Refused, subject):
		return &qyapi.Fault{Code: s.pick()}
	}
	return nil
}

// forgets reports whether WeCom takes the cursor no more. Our pages are small, so it takes
// many hours to come through three days again: once in a world.
func (s *qyapiSide) forgets(subject string) bool {
	if s.forgot || !s.w.faults.Strike(fault.BadCursor, subject) {
		return false
	}
	s.forgot = true
	return true
}

// pick picks a code for good, but none that says that the message went out before.
func (s *qyapiSide) pick() int {
	var fit []int
	for _, c := range wecom.Codes() {
		if slices.Contains([]message.Class{message.SwitchForm, message.Drop, message.Bug}, c.Class) && c.First != repeatCode && c.First != 42014 {
			fit = append(fit, c.First)
		}
	}
	return fit[s.w.faults.Pick(len(fit))]
}

// credential is what an answer can hold that nobody else may see.
var credential = regexp.MustCompile(`"(access_token|welcome_code|msg_code)":"([^"]+)"`)

// learn notes what an answer says.
func (s *qyapiSide) learn(path string, answer []byte) {
	w := s.w
	for _, found := range credential.FindAllSubmatch(answer, -1) {
		w.leaks.Add("the "+string(found[1]), string(found[2]))
		if path == "gettoken" {
			s.given(string(found[2]))
		}
	}
	var a struct {
		Code  int               `json:"errcode"`
		MsgID string            `json:"msgid"`
		More  int               `json:"has_more"`
		Items []json.RawMessage `json:"msg_list"`
	}
	if json.Unmarshal(answer, &a) != nil || a.Code != 0 {
		return
	}
	if ref := w.ledger.asked[w.sim.Current()]; ref != "" && a.MsgID != "" {
		w.ledger.refs[a.MsgID] = ref
	}
	if path == "kf/send_msg_on_event" {
		_, err := table.GetOne(context.Background(), w.raw, table.Key{PK: "WELCOMED", SK: a.MsgID})
		s.claimed[a.MsgID] = err == nil
	}
	if a.More == 1 && len(a.Items) == 0 {
		w.faults.Note(fault.HollowPage, w.subject())
	}
}
