package menus_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/channel"
	"frontdesk/shared/errand"
	"frontdesk/shared/wecom"
)

// The whole way: a playbook with a menu goes live, the app gets the menu, members tap on it,
// and each tap is answered by its template.
func TestAMenuLeadsToItsTemplates(t *testing.T) {
	o := newOffice(t)
	o.publish(hours)
	if asked := o.minute(); asked != 1 {
		t.Fatalf("asked for %d menus, want one", asked)
	}
	var menu struct {
		Button []struct {
			Type, Name, Key string
			Sub             []struct{ Type, Name, Key, URL string } `json:"sub_button"`
		}
	}
	if err := json.Unmarshal(o.sandbox.Menu(agent), &menu); err != nil || len(menu.Button) != 3 {
		t.Fatalf("got %s, %v, want three buttons", o.sandbox.Menu(agent), err)
	}
	if b := menu.Button[0]; b.Type != "click" || b.Name != "汇报" || b.Key != "work_report" {
		t.Errorf("got %+v, want a click for the report", b)
	}
	if b := menu.Button[2].Sub[1]; b.Type != "view" || b.URL != "https://work.example/exam?a=1&b=2" {
		t.Errorf("got %+v, want the exam's address", b)
	}
	for _, key := range []string{"work_report", "news", "learn"} {
		if err := o.sandbox.Click(t.Context(), agent, "zhang", key); err != nil {
			t.Fatalf("tap %s: %v", key, err)
		}
	}
	var got []string
	for _, m := range o.sandbox.Sent() {
		if len(m.To) != 1 || m.To[0] != "zhang" {
			t.Errorf("got a message to %v, want it to zhang alone", m.To)
		}
		got = append(got, m.Type+" "+string(m.Body))
	}
	want := []string{
		`textcard {"title":"工作汇报","description":"今天做了什么？","url":"https://work.example/report?day=2026-11-22&from=menu","btntxt":"查看"}`,
		`news {"articles":[{"title":"放假通知","description":"10月1日至8日","url":"https://work.example/news/1"}]}`,
		`markdown {"content":"**学习资料**\n[新人手册](https://work.example/learn/1)"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what zhang sees (-want +got):\n%s", diff)
	}
}

func TestOnlyWhatChangedIsGiven(t *testing.T) {
	o := newOffice(t)
	o.publish(hours)
	o.minute()
	for range 3 {
		o.minute()
	}
	o.publish(hours) // the same menu in another version
	o.minute()
	o.minute()
	if diff := cmp.Diff([]string{"POST menu/create"}, o.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	o.publish(strings.Replace(hours, "考试", "测验", 1))
	o.minute()
	if diff := cmp.Diff([]string{"POST menu/create", "POST menu/create"}, o.calls); diff != "" || !strings.Contains(string(o.sandbox.Menu(agent)), "测验") {
		t.Errorf("calls (-want +got):\n%s\nand the menu %s, want the new name", diff, o.sandbox.Menu(agent))
	}
}

func TestAMenuThatIsNotOursIsLeftAlone(t *testing.T) {
	o := newOffice(t)
	app := o.keeper.Channels[0]
	if err := o.sender.SetMenu(t.Context(), app, []wecom.MenuButton{{Name: "By hand", Key: "x"}}); err != nil {
		t.Fatal(err)
	}
	o.publish(without(t))
	o.minute()
	if len(o.calls) != 1 || !strings.Contains(string(o.sandbox.Menu(agent)), "By hand") {
		t.Fatalf("after %v the menu is %s, want the one made by hand", o.calls, o.sandbox.Menu(agent))
	}
	o.publish(hours)
	o.minute()
	if !strings.Contains(string(o.sandbox.Menu(agent)), "汇报") {
		t.Errorf("the menu is %s, want the playbook's", o.sandbox.Menu(agent))
	}
	o.publish(without(t))
	o.minute()
	if o.sandbox.Menu(agent) != nil {
		t.Errorf("the menu is %s, want none: it was ours", o.sandbox.Menu(agent))
	}
	o.publish(without(t))
	o.minute()
	if diff := cmp.Diff([]string{"POST menu/create", "POST menu/create", "GET menu/delete"}, o.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestAMenuThatIsGoneAlreadyIsNoFailure(t *testing.T) {
	o := newOffice(t)
	o.publish(hours)
	o.minute()
	if err := o.sender.DeleteMenu(t.Context(), o.keeper.Channels[0]); err != nil {
		t.Fatal(err)
	}
	o.publish(without(t))
	o.refuse = `{"errcode":46003,"errmsg":"menu no exist"}`
	o.minute()
	o.minute()
	if len(o.calls) != 3 || o.log.Len() > 0 {
		t.Errorf("got %v and the log %s, want one call and silence", o.calls, o.log.String())
	}
}

// tries counts in which minutes of an hour the API is called.
func (o *office) tries(minutes int) []int {
	var at []int
	for i := range minutes {
		before := len(o.calls)
		if o.minute(); len(o.calls) > before {
			at = append(at, i+1)
		}
	}
	return at
}

func TestWhenWeComIsBusyItIsAskedMoreAndMoreRarely(t *testing.T) {
	o := newOffice(t)
	o.publish(hours)
	o.refuse = `{"errcode":-1,"errmsg":"system busy"}`
	if diff := cmp.Diff([]int{1, 2, 4, 8, 16, 32, 62}, o.tries(70)); diff != "" || o.log.Len() > 0 {
		t.Errorf("the log %s, and minutes (-want +got):\n%s", o.log.String(), diff)
	}
	o.refuse = ""
	if got := o.tries(30); len(got) != 1 || o.sandbox.Menu(agent) == nil {
		t.Errorf("tried at %v, want once, and the menu is there", got)
	}
}

func TestAnOperatorIsToldOnceForEachVersion(t *testing.T) {
	o := newOffice(t)
	o.publish(hours)
	o.refuse = `{"errcode":60020,"errmsg":"not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at https://x"}`
	if got := o.tries(13 * 60); len(got) != 3 || got[1] != 361 {
		t.Errorf("tried in minutes %v, want one every six hours", got)
	}
	if n := strings.Count(o.log.String(), `"alarm":"menu_refused"`); n != 1 || !strings.Contains(o.log.String(), "203.0.113.7") {
		t.Errorf("%d alarms in %s, want one that names the address", n, o.log.String())
	}
	o.publish(hours)
	if got := o.tries(10); len(got) != 1 || got[0] != 1 {
		t.Errorf("a new version is tried in minutes %v, want at once", got)
	}
	if n := strings.Count(o.log.String(), `"alarm":"menu_refused"`); n != 2 {
		t.Errorf("%d alarms, want one more for the new version", n)
	}
	o.publish(hours)
	o.refuse = ""
	if o.minute(); o.sandbox.Menu(agent) == nil {
		t.Error("the menu is not there although WeCom takes it now")
	}
}

func TestLookingCostsLittle(t *testing.T) {
	o := newOffice(t)
	o.publish(hours)
	o.minute()
	o.minute() // sees that it was given
	before := o.reads.n
	o.minute()
	if got := o.reads.n - before; got != 1 {
		t.Errorf("a minute without news costs %d reads, want 1", got)
	}
	o.timer = o.newTimer() // another process
	before = o.reads.n
	if o.minute() != 0 || o.reads.n-before != 3 {
		t.Errorf("a new process asked for something or took %d reads, want nothing and 3: live, records, playbook", o.reads.n-before)
	}
}

// An errand that nobody works on is not put again every minute.
func TestErrandsDoNotPileUp(t *testing.T) {
	o := newOffice(t)
	o.publish(hours)
	for range 60 {
		o.now = o.now.Add(time.Minute)
		if _, err := o.timer.Due(t.Context(), 25); err != nil {
			t.Fatal(err)
		}
	}
	if len(o.jobs) != 6 {
		t.Errorf("%d errands after an hour of a desk that stands still, want 6", len(o.jobs))
	}
	for _, job := range o.jobs {
		if err := (errand.Handlers{errand.Menu: o.keeper.Run}).Handle(t.Context(), job); err != nil {
			t.Error(err)
		}
	}
	if len(o.calls) != 1 {
		t.Errorf("got %v, want one call for all of them", o.calls)
	}
}

func TestAnAppThatLeftTheSettings(t *testing.T) {
	o := newOffice(t)
	o.publish(hours)
	o.minute()
	o.keeper.Channels = []channel.Channel{}
	o.publish(strings.Replace(hours, "考试", "测验", 1))
	o.minute()
	if asked := o.minute(); asked != 0 || len(o.calls) != 1 {
		t.Errorf("asked for %d, calls %v; want it left alone", asked, o.calls)
	}
}

// The errand meets a process whose settings are older than the playbook.
func TestAnAppThatComesLaterGetsItsMenu(t *testing.T) {
	o := newOffice(t)
	o.publish(hours)
	channels := o.keeper.Channels
	o.keeper.Channels = nil
	o.minute()
	o.keeper.Channels = channels // restarted with the app
	o.timer = o.newTimer()
	for range 30 {
		o.minute()
	}
	if len(o.calls) == 0 {
		t.Errorf("the app never got its menu: %q", o.log.String())
	}
}
