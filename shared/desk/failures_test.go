package desk_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/receipts"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

var ctx = context.Background()

func (w *world) receiver() *receipts.Receiver {
	return &receipts.Receiver{Store: w.store, Zone: w.desk.Zone, Now: w.clock, Log: w.desk.Log}
}

func receiptJob(ref string, st message.Status, at time.Time) inbox.Job {
	return inbox.Job{ID: "r", Body: []byte(`{"receipt":{"channel":"wa-main","id":"wamid.OUT","ref":"` + ref + `","status":"` + string(st) + `","time":"` + at.Format(time.RFC3339) + `","recipient":{}}}`)}
}

func TestAReactionDoesNotMakeTheCustomerWait(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "a person please"))
	w.pass(time.Minute)
	id := conversation.ID("wa-main", sheena)
	if _, err := w.desk.Answer(ctx, id, "ana", "done"); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	m := w.says("2", "👍")
	m.Type = "reaction"
	w.mustHandle(m)
	if h := w.head(sheena); !h.WaitingSince.IsZero() {
		t.Errorf("a thumbs-up makes the customer wait since %s", h.WaitingSince)
	}
	w.pass(16 * time.Hour)
	w.desk.Answer(ctx, id, "ana", "good morning")
	all := w.messages(sheena)
	if f := all[len(all)-1].Facts; f.Answers {
		t.Errorf("facts %+v: waited %s for an answer to a reaction", f, time.Duration(f.Waited)*time.Millisecond)
	}
}

func TestAGroupMessageIsNoFirstContactAndOpensNoWindow(t *testing.T) {
	w := newWorld(t)
	m := w.says("1", "hello all")
	m.Group = "group-1"
	w.mustHandle(m)
	h := w.head(sheena)
	if !h.LastInbound.IsZero() {
		t.Errorf("group message set LastInbound %s (1:1 window) ", h.LastInbound)
	}
	if _, err := w.desk.Answer(ctx, h.ID, "ana", "hi"); !errors.Is(err, desk.ErrWindow) {
		t.Errorf("agent's 1:1 free text after a group message only: %v, want ErrWindow", err)
	}
	w2 := newWorld(t)
	w2.mustHandle(m)
	w2.pass(time.Minute)
	w2.mustHandle(w2.says("2", "price"))
	for _, x := range w2.messages(sheena) {
		if x.Text == "price" && !x.Facts.FirstEver {
			t.Errorf("the first message to us alone has facts %+v, want first ever", x.Facts)
		}
	}
}

func TestASystemMessageOpensNoWindow(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "price"))
	w.pass(30 * time.Hour)
	m := w.says("2", "")
	m.Type = "system"
	w.mustHandle(m)
	if _, err := w.desk.Answer(ctx, w.head(sheena).ID, "ana", "hi"); !errors.Is(err, desk.ErrWindow) {
		t.Errorf("a system message opened the 24 h window: %v", err)
	}
}

func TestRepliesNeverGoToANumberThatThePersonHasLeft(t *testing.T) {
	w := newWorld(t)
	u1 := message.Person{UserID: "US.1", Phone: "16505551234"}
	u2 := message.Person{UserID: "US.2"}
	a := w.says("1", "price")
	a.From = u1
	w.mustHandle(a)
	w.pass(time.Minute)
	c := w.says("2", "")
	c.Type, c.From, c.Previous = "system", u2, &u1
	w.mustHandle(c)
	w.pass(time.Minute)
	b := w.says("3", "price")
	b.From = u2
	w.mustHandle(b)
	if to := w.sent[len(w.sent)-1].To; to.Phone != "" {
		t.Errorf("reply to US.2 goes to phone %s, the number that the person has left", to.Phone)
	}
}

func TestAReplyOfUnknownFateIsSentAtMostTwice(t *testing.T) {
	w := newWorld(t)
	w.desk.Attempts = 12
	n := 0
	w.answer = func(message.Outgoing) error {
		n++
		return &message.SendError{Class: message.Unknown, Reason: "time-out"}
	}
	m := w.says("1", "price")
	for i := 1; i <= 12; i++ {
		_ = w.handle(m, i)
		w.pass(91 * time.Second)
	}
	if n > 2 {
		t.Errorf("sent %d times without proof, the doc says once more", n)
	}
}

func TestABusyTableAfterTheSendCostsNoSecondReply(t *testing.T) {
	w := newWorld(t)
	w.table.failNext("transact", table.ErrBusy)
	m := w.says("1", "price")
	err := w.handle(m, 1)
	w.pass(time.Second)
	for i := 2; i < 6; i++ {
		err = w.handle(m, i)
		r, ok := errors.AsType[*inbox.Retry](err)
		if !ok {
			break
		}
		w.pass(r.After)
	}
	if w.sends() != 1 {
		t.Errorf("one busy transaction in a living process: %d sends, %v", w.sends(), err)
	}
}

func TestAnAgentsAnswerThatDidNotArriveLeavesTheCustomerWaiting(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "a person please"))
	w.pass(time.Minute)
	if _, err := w.desk.Answer(ctx, conversation.ID("wa-main", sheena), "ana", "done"); err != nil {
		t.Fatal(err)
	}
	if err := w.receiver().Handle(ctx, receiptJob(w.sent[1].Ref, message.Failed, w.clock())); err != nil {
		t.Fatal(err)
	}
	if h := w.head(sheena); h.WaitingSince.IsZero() {
		t.Errorf("agent's answer failed, nobody is shown as waiting: %+v", h)
	}
}

func TestARepeatedFailureHandsOverOnce(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "price"))
	job := receiptJob(w.sent[0].Ref, message.Failed, w.clock())
	if err := w.receiver().Handle(ctx, job); err != nil {
		t.Fatal(err)
	}
	id := conversation.ID("wa-main", sheena)
	w.pass(time.Hour)
	w.desk.Answer(ctx, id, "ana", "here")
	w.desk.Resolve(ctx, id)
	w.pass(24 * time.Hour)
	if err := w.receiver().Handle(ctx, job); err != nil {
		t.Fatal(err)
	}
	if h := w.head(sheena); !h.HandedOff.IsZero() {
		t.Errorf("a repeated receipt handed the resolved conversation over again: reason %s, waiting since %s, now %s", h.Reason, h.WaitingSince, w.clock())
	}
}

func TestAFailureIsNoProofOfSuccess(t *testing.T) {
	w := newWorld(t)
	var ref string
	w.answer = func(o message.Outgoing) error {
		ref = o.Ref
		return &message.SendError{Class: message.Unknown, Reason: "time-out"}
	}
	m := w.says("1", "price")
	_ = w.handle(m, 1)
	w.answer = nil
	at := w.clock()
	for i := 1; i <= 12; i++ {
		_ = w.receiver().Handle(ctx, receiptJob(ref, message.Failed, at))
		if i < 12 {
			w.pass(5 * time.Second)
		}
	}
	w.pass(90*time.Second - w.clock().Sub(at))
	if err := w.handle(m, 2); err != nil {
		t.Fatal(err)
	}
	h := w.head(sheena)
	if h.HandedOff.IsZero() {
		t.Errorf("the only trace is 'failed', yet the head says %s, waiting %v", h.Status, h.WaitingSince)
	}
}

func TestAChangedIDSurvivesAStaleWrite(t *testing.T) {
	w := newWorld(t)
	u1 := message.Person{UserID: "US.1", Phone: "16505551234"}
	u2 := message.Person{UserID: "US.2"}
	a := w.says("1", "a person please")
	a.From = u1
	w.mustHandle(a)
	w.pass(time.Minute)
	c := w.says("2", "")
	c.Type, c.From, c.Previous = "system", u2, &u1
	w.table.failNext("transact", &table.Conflict{Key: table.Key{PK: "C#" + conversation.ID("wa-main", u1), SK: "HEAD"}})
	w.mustHandle(c)
	h := w.head(u2)
	if h.HandedOff.IsZero() || h.Home != conversation.ID("wa-main", u1) {
		t.Errorf("after one stale write the move is lost: home %s (want %s), handed off %v", h.Home, conversation.ID("wa-main", u1), h.HandedOff)
	}
	w.pass(time.Minute)
	b := w.says("3", "price")
	b.From = u2
	w.mustHandle(b)
	if w.sends() != 1 {
		t.Errorf("template answered though people are in charge: %d sends", w.sends())
	}
}

func TestANewContactIsCountedAlthoughTheFirstTryWasGivenUp(t *testing.T) {
	w := newWorld(t)
	m := w.says("1", "price")
	w.table.failNext("put", table.ErrBusy)
	_ = w.handle(m, 3) // last attempt
	w.pass(time.Hour)
	w.mustHandle(m) // put back
	for _, x := range w.messages(sheena) {
		if x.Direction == conversation.In && !(x.Facts.FirstEver && x.Facts.FirstOfWeek) {
			t.Error("the contact's first message ever is neither first ever nor first of the week")
		}
	}
}

func TestAGivenUpMessageIsInTheFiguresOfItsDay(t *testing.T) {
	w := newWorld(t)
	w.answer = func(message.Outgoing) error { return &message.SendError{Class: message.Stop, Code: 190} }
	m := w.says("1", "price")
	for i := 1; i <= 3; i++ {
		_ = w.handle(m, i)
		w.pass(time.Minute)
	}
	homes, _ := w.store.ActiveDay(ctx, "2026-11-18")
	if len(homes) != 1 {
		t.Errorf("active conversations of the day: %v, want the one that was given up (its message is stored: %d)", homes, len(w.messages(sheena)))
	}
}

func TestADeadLetterPutBackADayLaterGoesOutAsTheApprovedTemplate(t *testing.T) {
	w := newWorld(t)
	w.answer = func(message.Outgoing) error { return &message.SendError{Class: message.Stop, Code: 190} }
	m := w.says("1", "price")
	for i := 1; i <= 3; i++ {
		_ = w.handle(m, i)
		w.pass(time.Minute)
	}
	w.answer = nil
	w.pass(25 * time.Hour)
	w.mustHandle(m)
	if s := w.sent[0].Content.Shape; s != message.ShapeApproved {
		t.Errorf("25 h later a dead letter went out as %s", s)
	}
}

func TestPartsOfDeadLettersExpireWithThem(t *testing.T) {
	w := newWorld(t)
	body := make([]byte, 600_000)
	x := uint32(1)
	for i := range body {
		x = x*1664525 + 1013904223
		body[i] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-"[x>>26]
	}
	if err := w.store.Bury(ctx, record.DeadLetter{ID: "d1", At: w.clock(), Queue: "webhook"}, body); err != nil {
		t.Fatal(err)
	}
	d, _, err := w.store.DeadLetter(ctx, "d1")
	if err != nil || d.Text.N == 0 {
		t.Fatal(err, d.Text.N)
	}
	w.pass(400 * 24 * time.Hour)
	if _, _, err := w.store.DeadLetter(ctx, "d1"); !errors.Is(err, record.ErrNotFound) {
		t.Fatal("dead letter should have expired", err)
	}
	page, err := w.table.Query(ctx, table.Query{PK: "PART#" + d.Text.Hash})
	if err != nil || len(page.Items) > 0 {
		t.Errorf("%d parts with the customers' messages are still there and expire %v", len(page.Items), page.Items[0].Expires)
	}
}

func TestMissedNightsAreRolledUpLater(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "price")) // Wednesday 2026-11-18
	w.pass(3 * 24 * time.Hour)         // the machine is off two nights
	r := &clockwork.Rollup{Store: w.store, Zone: w.desk.Zone, Now: w.clock, Log: slog.New(slog.DiscardHandler)}
	if err := r.Nightly(ctx, w.clock()); err != nil {
		t.Fatal(err)
	}
	rows, _ := w.store.KPIRows(ctx, "2026-W47")
	days := ""
	for _, x := range rows {
		days += x.Day + " "
	}
	if !strings.Contains(days, "2026-11-18") {
		t.Errorf("rolled up: %s; the day with the message never is", days)
	}
}

func TestAnAnswerIsRecordedAlthoughTheCallerLeft(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "price"))
	c, cancel := context.WithCancel(ctx)
	w.answer = func(message.Outgoing) error { cancel(); return nil } // sent; the browser tab closes
	_, err := w.desk.Answer(c, conversation.ID("wa-main", sheena), "ana", "hi")
	if h := w.head(sheena); err != nil || h.HandedOff.IsZero() || len(w.messages(sheena)) != 3 {
		t.Errorf("sent %d, recorded messages %d, handed off %v, err %v", w.sends(), len(w.messages(sheena)), h.HandedOff, err)
	}
}

func TestAPageOfMessagesHasEveryContent(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "price"))
	page, _, err := w.store.MessagePage(ctx, w.head(sheena).Home, "", 1)
	if err != nil || page[0].Content == nil {
		t.Errorf("the reply comes without its content: %v", page[0].Content)
	}
}

func TestTheAwayReplyIsNoAnswer(t *testing.T) {
	w := newWorld(t)
	w.publish(strings.Replace(book, `"hours": []`, `"hours": [{"id": "shop", "name": "Shop", "time_zone": "Asia/Shanghai", "weekly": {"mon": ["09:00-10:00"]}}],
		"away": {"reply": "team", "calendar": "shop"}`, 1))
	w.mustHandle(w.says("1", "is my parcel here?"))
	w.pass(time.Minute)
	w.mustHandle(w.says("2", "price"))
	for _, x := range w.messages(sheena) {
		if x.Direction == conversation.Out {
			if x.Filter == "away" && x.Facts.Answers {
				t.Error("the away reply is counted as the first answer by the bot")
			}
		}
	}
}

func TestAReplySentADayLaterIsCountedOnce(t *testing.T) {
	w := newWorld(t)
	w.answer = func(message.Outgoing) error { return &message.SendError{Class: message.Unknown} }
	m := w.says("1", "price")
	for i := 1; i <= 3; i++ {
		_ = w.handle(m, i)
		w.pass(91 * time.Second)
	}
	w.answer = nil
	w.pass(26 * time.Hour)
	w.mustHandle(m)
	w.pass(24 * time.Hour)
	r := &clockwork.Rollup{Store: w.store, Zone: w.desk.Zone, Now: w.clock, Log: slog.New(slog.DiscardHandler)}
	_ = r.Day(ctx, "2026-11-18")
	_ = r.Day(ctx, "2026-11-19")
	rows, _ := w.store.KPIRows(ctx, "2026-W47")
	out := 0
	for _, x := range rows {
		out += strings.Count(string(x.Body), `"out_filter":1`)
	}
	if out != 1 {
		t.Errorf("the reply that went out is counted %d times", out)
	}
}

func TestTheFallbackLeavesTheCustomerWaiting(t *testing.T) {
	w := newWorld(t)
	w.publish(strings.Replace(book, `"hours": []`, `"fallback": {"reply": "team"}, "hours": []`, 1))
	w.mustHandle(w.says("1", "where is my parcel?"))
	h := w.head(sheena)
	if h.Status != conversation.Open || h.WaitingSince.IsZero() {
		t.Errorf("docs/design.md: a fallback keeps waiting_since; head: %s %v", h.Status, h.WaitingSince)
	}
}

func TestNoTemplateAfterAPersonHasTakenOver(t *testing.T) {
	w := newWorld(t)
	w.answer = func(o message.Outgoing) error {
		if strings.Contains(o.Content.Text, "tea") {
			return &message.SendError{Class: message.Retry, Code: 130429}
		}
		return nil
	}
	first := w.says("0", "hello")
	w.mustHandle(first)
	m := w.says("1", "price")
	_ = w.handle(m, 1)
	w.pass(30 * time.Second)
	if _, err := w.desk.Answer(ctx, conversation.ID("wa-main", sheena), "ana", "Tell me more"); err != nil {
		t.Fatal(err)
	}
	w.answer = nil
	w.pass(30 * time.Second)
	_ = w.handle(m, 2)
	if w.sends() != 1 {
		t.Errorf("a template was sent after a person took over: %d sends", w.sends())
	}
}

func TestNoNumberStandsInAKey(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "price"))
	home, reply, _ := conversation.ParseRef(w.sent[0].Ref)
	_ = w.store.Receive(ctx, home, conversation.Receipt{ReplyID: reply, Receipt: message.Receipt{ID: "x", Status: message.Read, Time: w.clock(), Participant: "16505559999"}}, "")
	p, _ := w.table.Query(ctx, table.Query{PK: "C#" + home, From: "R#", To: "R$"})
	for _, it := range p.Items {
		if strings.Contains(it.Key.String(), "16505559999") {
			t.Errorf("a phone number stands in the key %s", it.Key)
		}
	}
}

func TestALostAnswerToTakingOverIsRecognised(t *testing.T) {
	w := newWorld(t)
	w.answer = func(message.Outgoing) error { return &message.SendError{Class: message.Retry, Code: 130429} }
	m := w.says("1", "price")
	_ = w.handle(m, 1)
	w.answer = nil
	w.pass(time.Second)
	// the take-up write is carried out, but its answer is lost and the SDK's repeat meets it
	w.table.lost = func(it table.Item) error { it.Version = 2 + 1; return &table.Conflict{Key: it.Key, Current: &it} }
	if err := w.handle(m, 2); err != nil {
		t.Fatal(err)
	}
	w.pass(25 * time.Second)
	_ = w.handle(m, 3)
	w.pass(90 * time.Second)
	_ = w.handle(m, 4)
	all := w.messages(sheena)
	if u := all[len(all)-1].Unproven; u != 0 {
		t.Errorf("never sent before, yet %d unproven and 90 s late", u)
	}
}

func TestAChangeToldLateJoinsTheConversations(t *testing.T) {
	w := newWorld(t)
	u1, u2 := message.Person{UserID: "US.1"}, message.Person{UserID: "US.2"}
	a := w.says("1", "a person please")
	a.From = u1
	w.mustHandle(a)
	w.pass(time.Minute)
	b := w.says("3", "hello again")
	b.From = u2
	w.mustHandle(b)
	c := w.says("2", "")
	c.Type, c.From, c.Previous = "system", u2, &u1
	w.mustHandle(c)
	if h := w.head(u1); h.ID != conversation.ID("wa-main", u2) {
		t.Errorf("the old head is no signpost; people's conversation stays under the dead id: handed off %v, moved %q; new head handed off %v", h.HandedOff, h.Moved, w.head(u2).HandedOff)
	}
}
