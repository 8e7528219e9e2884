package world

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/soak/audit"
	"frontdesk/soak/fault"
)

// customerMark begins every external_userid.
const customerMark = "wmMARKED"

// servicerID is who answers in WeCom's client.
const servicerID = "zhang"

// service is an account of customer service. WeCom keeps what customers write for three
// days, so a message counts as acknowledged when it is written.
type service struct {
	qyapiSide
	spoken []audit.Spoken
}

func (s *service) channels() []channel.Channel {
	ch := channel.Channel{
		ID: kfChannel, Kind: message.WeComKF, APIURL: "https://qyapi.example", CorpID: corpID, Secret: corpSecret, OpenKFID: openKFID,
		Token: callbackToken, AESKey: aesKey, CallbackKeys: []channel.CallbackKey{callbackKey()},
		HandOffAPI: s.w.cfg.Seed%2 == 0, RepeatSafe: s.w.cfg.Channel != KFUnknown,
	}
	if s.w.cfg.Channel == KFRefused {
		ch.RepeatCode = repeatCode
	}
	return []channel.Channel{ch}
}

func (s *service) secrets() map[string]string {
	all := s.qyapiSide.secrets()
	all["an external_userid"] = customerMark
	return all
}

func (s *service) open() error {
	cfg := s.company(s.post)
	cfg.Accounts = []qyapi.Account{{OpenKFID: openKFID, Name: "Service", Agent: agentID, Servicers: []string{servicerID}}}
	cfg.Members = []qyapi.Member{{UserID: servicerID}}
	cfg.Failures = s.failures
	cfg.Unsure.RepeatedCode = repeatCode
	cfg.Unsure.RepeatedID = map[Channel]qyapi.RepeatedID{
		KFIgnored: qyapi.SentOnce, KFRefused: qyapi.RefusedSecond, KFUnknown: qyapi.SentTwice,
	}[s.w.cfg.Channel]
	return s.start(cfg, s.channels())
}

// burst is more than the five messages that may follow a customer's last one.
func (s *service) burst() int {
	if s.w.faults.Strike(fault.Burst, "") {
		return 7
	}
	return 0
}

func (s *service) customer(i int) *customer {
	return &customer{person: message.Person{UserID: fmt.Sprintf("%s%06d", customerMark, i)}}
}

func (s *service) write(c *customer, text string) (message.Person, string) {
	w, who := s.w, qyapi.Customer{ExternalUserID: c.person.UserID, Name: nameMark}
	entered := w.faults.Chance(fault.Entered)
	if entered {
		_, _ = s.sandbox.EnterSession(context.Background(), openKFID, who, qyapi.Entry{Scene: "shop"})
		w.sim.Sleep(w.faults.Between(0, 10*time.Second))
	}
	ids, err := s.sandbox.Backlog(openKFID, qyapi.Letter{From: who, Item: qyapi.KFText(text)})
	if err != nil {
		return c.person, ""
	}
	now := w.sim.Now()
	w.ledger.enter(audit.Wrote{
		ID: ids[0], Mark: mark.FindString(text), Customer: who.ExternalUserID, Identity: who.ExternalUserID, Posted: now, Acked: now,
	})
	w.sim.Current().Subject = ids[0]
	if entered {
		w.faults.Note(fault.Entered, ids[0])
	}
	s.meddle(c.person, ids[0])
	_ = s.sandbox.Ring(context.Background(), openKFID) // a lost call is one of the faults
	return c.person, ids[0]
}

// meddle lets people in WeCom's client take the session, or end it, while we answer.
func (s *service) meddle(who message.Person, id string) {
	w := s.w
	soon := w.faults.Between(0, 3*time.Second)
	switch k, _ := w.faults.First(id, fault.Servicer, fault.SessionOver); k {
	case fault.Servicer:
		w.sim.After(soon, func() {
			s.console(who, qyapi.StatePerson)
			w.sim.After(w.faults.Between(0, 20*time.Second), func() { s.deed(who, s.answers) })
			w.sim.After(w.faults.Between(20*time.Second, 2*time.Minute), func() { s.deed(who, s.ends) })
		})
	case fault.SessionOver:
		w.sim.After(soon, func() { s.console(who, qyapi.StateEnded) })
	}
}

// console moves a session as the admin console does.
func (s *service) console(who message.Person, state int) {
	body, err := json.Marshal(map[string]any{
		"open_kfid": openKFID, "external_userid": who.UserID, "service_state": state, "servicer_userid": servicerID,
	})
	if err != nil {
		return // it holds strings and numbers
	}
	address := "https://qyapi.example/cgi-bin/kf/service_state/trans?access_token=" + url.QueryEscape(s.token)
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return
	}
	s.sandbox.ServeHTTP(&recorder{header: http.Header{}}, req)
}

// deed lets a servicer do something, as an act of a person.
func (s *service) deed(who message.Person, do func(qyapi.Thread)) {
	w := s.w
	w.sim.Go(outside, func() {
		note := func() {
			w.ledger.acts = append(w.ledger.acts, audit.Act{Conversation: conversation.ID(kfChannel, who), At: w.sim.Now()})
		}
		note()
		defer note()
		do(qyapi.Thread{OpenKFID: openKFID, Customer: who.UserID})
	})
}

func (s *service) takes(t qyapi.Thread) {
	_ = s.sandbox.Take(context.Background(), t, servicerID) // somebody may have been faster
}

func (s *service) answers(t qyapi.Thread) {
	at := s.w.sim.Now()
	id, err := s.sandbox.Answer(context.Background(), t, servicerID, qyapi.KFText(s.w.ledger.words()))
	if err == nil { // else the session is not the servicer's any more
		s.spoken = append(s.spoken, audit.Spoken{ID: id, At: at})
	}
}

func (s *service) ends(t qyapi.Thread) { _ = s.sandbox.EndSession(context.Background(), t) }

// serve takes a session out of the pool, and answers or ends one that is a servicer's.
func (s *service) serve(who message.Person, subject string, _ conversation.Head) bool {
	w := s.w
	state, _ := s.sandbox.State(qyapi.Thread{OpenKFID: openKFID, Customer: who.UserID})
	switch {
	case state == qyapi.StatePool:
		s.deed(who, s.takes)
	case state != qyapi.StatePerson:
		return false
	case w.chance.IntN(3) == 0:
		s.deed(who, s.answers)
	default:
		s.deed(who, s.ends)
	}
	w.faults.Note(fault.Person, subject)
	return true
}

// post takes a call to fetch to the door. It does not say for which message it is.
func (s *service) post(_ context.Context, cb qyapi.Callback) ([]byte, error) {
	in, err := s.read(kfChannel, cb)
	if err != nil {
		return nil, err
	}
	l := callback(kfChannel, cb)
	l.subject = s.w.subject()
	return s.ring(l, in.Token)
}

// failures plans what WeCom reports later of an accepted message.
func (s *service) failures(m qyapi.SentMessage) []qyapi.Failure {
	w := s.w
	kind := []int{0, 4, 5, 6, 10}[w.faults.Pick(5)]
	switch k, _ := w.faults.First(w.subject(), fault.FailEarly, fault.FailLate); k {
	case fault.FailEarly:
		w.ledger.failed[m.ID] = true
		return []qyapi.Failure{{After: w.faults.Between(0, 40*time.Millisecond), Type: kind}}
	case fault.FailLate:
		w.ledger.failed[m.ID] = true
		return []qyapi.Failure{{After: w.faults.Between(time.Second, 3*time.Hour), Type: kind}}
	}
	return nil
}

func (s *service) seen(in *audit.Input) {
	s.qyapiSide.seen(in)
	in.Spoken = s.spoken
	if s.w.cfg.Channel != KFUnknown {
		in.Recognised = audit.ForEver
	}
}
