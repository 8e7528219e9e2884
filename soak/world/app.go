package world

import (
	"context"
	"fmt"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/soak/audit"
	"frontdesk/soak/fault"
)

// app is a WeCom app with its members.
type app struct{ qyapiSide }

func (a *app) channels() []channel.Channel {
	ch := channel.Channel{
		ID: appChannel, Kind: message.WeComApp, APIURL: "https://qyapi.example", CorpID: corpID, Secret: corpSecret, AgentID: agentID,
		Token: callbackToken, AESKey: aesKey, CallbackKeys: []channel.CallbackKey{callbackKey()},
	}
	if a.w.cfg.Channel == AppChecked {
		ch.DuplicateCheck = checked
	}
	return []channel.Channel{ch}
}

func (a *app) open() error {
	cfg := a.company(a.post)
	for i := range a.w.people() {
		cfg.Members = append(cfg.Members, qyapi.Member{UserID: member(i)})
	}
	return a.start(cfg, a.channels())
}

func member(i int) string { return fmt.Sprintf("%s%04d", userMark, i) }

func (a *app) customer(i int) *customer { return &customer{person: message.Person{UserID: member(i)}} }

// burst is more than the 30 messages of a minute, above which WeCom says nothing and
// drops them.
func (a *app) burst() int {
	if a.w.faults.Strike(fault.Burst, "") {
		return 40
	}
	return 0
}

func (a *app) write(c *customer, text string) (message.Person, string) {
	id, _ := a.sandbox.WriteApp(context.Background(), agentID, c.person.UserID, qyapi.Text(text)) // members are known
	return c.person, id
}

func (a *app) serve(message.Person, string, conversation.Head) bool { return false }

// post takes a message to the door.
func (a *app) post(_ context.Context, cb qyapi.Callback) ([]byte, error) {
	in, err := a.read(appChannel, cb)
	if err != nil {
		return nil, err
	}
	w, l := a.w, callback(appChannel, cb)
	l.subject = in.MsgID
	l.acked = func(now time.Time) { w.ledger.ack(in.MsgID, now) }
	w.ledger.enter(audit.Wrote{
		ID: in.MsgID, Mark: mark.FindString(in.Content), Customer: in.From, Identity: in.From, Posted: w.sim.Now(),
	})
	return a.ring(l, in.MsgID)
}

func (a *app) seen(in *audit.Input) {
	a.qyapiSide.seen(in)
	if a.w.cfg.Channel == AppChecked {
		in.Recognised = checked * time.Second
	}
}
