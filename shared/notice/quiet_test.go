package notice_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/decide"
	"frontdesk/shared/notice"
	"frontdesk/shared/playbook"
)

// awake is a playbook whose team sleeps from 22:00 to 08:00 in Shanghai, and on Sunday.
func awake(t *testing.T, notices ...playbook.Notice) *decide.Book {
	t.Helper()
	day := []string{"08:00-22:00"}
	p := playbook.Playbook{
		Languages: []string{"en"}, Notices: notices, Teams: []playbook.Team{{ID: "sales", Name: "Sales"}},
		Hours: []playbook.Calendar{
			{ID: "awake", TimeZone: "Asia/Shanghai", Weekly: map[string][]string{"mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day}},
			{ID: "never", TimeZone: "Asia/Shanghai"},
		},
	}
	book, err := decide.Compile(&p, 1)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func ofNight(n int, at time.Time, hours notice.Hours) notice.Event {
	return notice.Event{HandedOff: true, At: at, Since: at, Channel: "kf-main", Conversation: fmt.Sprintf("conversation%05d", n), Team: "sales", Hours: hours}
}

func quietAt(calendar string, to ...string) playbook.Notice {
	return playbook.Notice{On: []string{"hand_off", "failed"}, To: to, Quiet: &playbook.Quiet{Calendar: calendar}}
}

// night is a Wednesday's 23:00 in Shanghai, and morning when that team wakes up.
var (
	night   = time.Date(2026, 11, 18, 15, 0, 0, 0, time.UTC)
	morning = time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC)
)

func TestWhatIsKeptBackAndUntilWhen(t *testing.T) {
	at := func(change func(*notice.Event)) notice.Event {
		e := ofNight(1, night, nil)
		change(&e)
		return e
	}
	loud := playbook.Notice{On: []string{"hand_off"}, To: []string{robot}}
	for _, c := range []struct {
		name    string
		event   notice.Event
		notices []playbook.Notice
		until   time.Time
	}{
		{"at night", at(func(*notice.Event) {}), []playbook.Notice{quietAt("awake", robot)}, morning},
		{"on Saturday night, over the Sunday", at(func(e *notice.Event) { e.At = night.AddDate(0, 0, 3) }), []playbook.Notice{quietAt("awake", robot)}, morning.AddDate(0, 0, 4)},
		{"by day", at(func(e *notice.Event) { e.At = night.Add(-9 * time.Hour) }), []playbook.Notice{quietAt("awake", robot)}, time.Time{}},
		{"the minute in which they wake up", at(func(e *notice.Event) { e.At = morning }), []playbook.Notice{quietAt("awake", robot)}, time.Time{}},
		{"what did not go out", at(func(e *notice.Event) { e.Failed = true }), []playbook.Notice{quietAt("awake", robot)}, time.Time{}},
		{"what is urgent", at(func(e *notice.Event) { e.Urgent = true }), []playbook.Notice{quietAt("awake", robot)}, time.Time{}},
		{"without quiet hours", at(func(*notice.Event) {}), []playbook.Notice{loud}, time.Time{}},
		{"wanted at once by another notice", at(func(*notice.Event) {}), []playbook.Notice{quietAt("awake", robot), loud}, time.Time{}},
		{"wanted at once by an earlier notice", at(func(*notice.Event) {}), []playbook.Notice{loud, quietAt("awake", robot)}, time.Time{}},
		{"hours that never begin", at(func(*notice.Event) {}), []playbook.Notice{quietAt("never", robot)}, time.Time{}},
	} {
		b := awake(t, c.notices...)
		c.event.Hours = b
		rows := notice.For(b.Playbook(), c.event)
		if len(rows) != 1 {
			t.Fatalf("%s: got %d rows, want 1", c.name, len(rows))
		}
		var got time.Time
		if rows[0].Until > 0 {
			got = time.Unix(rows[0].Until, 0).UTC()
		}
		if !got.Equal(c.until) {
			t.Errorf("%s: got kept back until %s, want %s", c.name, got, c.until)
		}
	}
}

// A night: what is not urgent waits, through any number of errands and new processes, what
// is urgent passes it, and in the morning all of it comes as one notice, once.
func TestANightIsToldInTheMorning(t *testing.T) {
	w := newWorld(t, nil)
	b := awake(t, quietAt("awake", robot))
	w.pass(night.Sub(w.clock()))
	for n := range 3 {
		w.handOff(notice.For(b.Playbook(), ofNight(n, w.clock(), b))...)
		w.pass(time.Minute)
	}
	w.minutes(w.process(w.db), 5)
	if texts := w.texts(); len(texts) != 0 || w.left() != 3 {
		t.Fatalf("got %q sent at night and %d waiting, want 3 that wait", texts, w.left())
	}
	urgent := ofNight(7, w.clock(), b)
	urgent.Urgent = true
	w.handOff(notice.For(b.Playbook(), urgent)...)
	w.minutes(w.process(w.db), 2)
	if texts := w.texts(); len(texts) != 1 || !strings.Contains(texts[0], "conversation00007") || w.left() != 3 {
		t.Fatalf("got %q, want the urgent one alone", texts)
	}
	w.pass(morning.Add(-time.Second).Sub(w.clock()))
	w.must(w.run(w.process(w.db)))
	if w.left() != 3 {
		t.Error("got notices a second before quiet hours end")
	}
	w.pass(time.Second)
	w.minutes(w.process(w.db), 3)
	texts := w.texts()
	if len(texts) != 2 || w.left() != 0 || !strings.Contains(texts[1], "3 conversations were handed off") || !strings.Contains(texts[1], "after quiet hours") {
		t.Errorf("got %q and %d that wait, want one notice of the night", texts, w.left())
	}
	for id, n := range w.times() {
		if n != 1 {
			t.Errorf("%s was told %d times", id, n)
		}
	}
}

// However much a night has kept back, what may go out is found behind it in one read; and
// nothing of nine closed days expires before they end.
func TestMuchThatWaitsHoldsUpNothing(t *testing.T) {
	w := newWorld(t, nil)
	b := awake(t, quietAt("awake", robot))
	w.pass(night.Sub(w.clock()))
	for n := range 600 {
		w.handOff(notice.For(b.Playbook(), ofNight(n, w.clock(), b))...)
	}
	w.pass(time.Hour)
	urgent := ofNight(9999, w.clock(), b)
	urgent.Urgent = true
	w.handOff(notice.For(b.Playbook(), urgent)...)
	w.must(w.run(w.process(w.db)))
	if texts := w.texts(); len(texts) != 1 || !strings.Contains(texts[0], "conversation09999") {
		t.Errorf("got %q, want the urgent one", texts)
	}
	late := notice.For(b.Playbook(), ofNight(9000, w.clock(), b))[0]
	late.ID, late.Until = "z"+late.ID, w.clock().AddDate(0, 0, 9).Unix()
	w.handOff(late)
	w.pass(8 * 24 * time.Hour)
	if w.left() == 0 {
		t.Error("got a notice that expired before its quiet hours ended")
	}
}

// A program is told at once, unless the playbook says that it sleeps too.
func TestProgramsDoNotSleep(t *testing.T) {
	for asked, want := range map[bool]int{false: 1, true: 0} {
		p := newProgram(t)
		n := quietAt("awake", robot)
		n.Quiet.Webhooks = asked
		b := awake(t, n)
		p.pass(night.Sub(p.clock()))
		p.handOff(notice.For(b.Playbook(), ofNight(1, p.clock(), b))...)
		p.must(p.run(p.process(p.db)))
		if got := len(p.ids()); got != want {
			t.Errorf("webhooks kept back %v: got %d posts at night, want %d", asked, got, want)
		}
		p.pass(morning.Sub(p.clock()))
		p.must(p.run(p.process(p.db)))
		if got := len(p.ids()); got != 1 {
			t.Errorf("webhooks kept back %v: got %d posts by the morning, want 1", asked, got)
		}
	}
}
