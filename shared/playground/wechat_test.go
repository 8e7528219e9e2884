package playground

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/wecom"
)

const (
	corp    = "wx5823bf96d3bd56c7"
	account = "wkEXAMPLE00000001"
	agent   = int64(1000002)
)

var key = channel.CallbackKey{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}

// weComStage is WeCom with a company that answers when the test says so, over the API.
type weComStage struct {
	*qyapi.Sandbox
	t      *testing.T
	token  string
	pulled string // the cursor
	posted []qyapi.Callback
}

func weCom(t *testing.T) *weComStage {
	t.Helper()
	st := &weComStage{t: t}
	cfg := qyapi.Config{
		CorpID: corp, Now: func() time.Time { return start },
		Apps:     []qyapi.App{{AgentID: agent, Secret: "desk-secret", Key: key}, {AgentID: agent + 1, Secret: "other-secret", Key: key}},
		Accounts: []qyapi.Account{{OpenKFID: account, Agent: agent, Servicers: []string{"zhang"}}},
		Post: func(_ context.Context, cb qyapi.Callback) ([]byte, error) {
			st.posted = append(st.posted, cb)
			return nil, nil
		},
	}
	for _, one := range Members() {
		cfg.Members = append(cfg.Members, qyapi.Member{UserID: one.UserID})
	}
	sb, err := qyapi.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sb.Close)
	st.Sandbox = sb
	return st
}

// call is the company calling WeCom.
func (st *weComStage) call(path, body string) map[string]any {
	st.t.Helper()
	if st.token == "" {
		st.token, _ = st.do(http.MethodGet, "gettoken?corpid="+corp+"&corpsecret=desk-secret", "")["access_token"].(string)
	}
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	return st.do(http.MethodPost, path+sign+"access_token="+st.token, body)
}

func (st *weComStage) do(method, path, body string) map[string]any {
	st.t.Helper()
	w := httptest.NewRecorder()
	st.ServeHTTP(w, httptest.NewRequest(method, "/cgi-bin/"+path, strings.NewReader(body)))
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got["errcode"].(float64) != 0 {
		st.t.Fatalf("%s: %v %s", path, err, w.Body)
	}
	return got
}

// opened is what the latest callback says, decrypted as our door does it.
func (st *weComStage) opened() string {
	st.t.Helper()
	cb := st.posted[len(st.posted)-1]
	pair, err := wecom.NewPair(key)
	if err != nil {
		st.t.Fatal(err)
	}
	encrypted, err := wecom.Unwrap(cb.Body)
	if err != nil || !pair.Verify(cb.Query, encrypted) {
		st.t.Fatalf("the callback is not signed: %v", err)
	}
	plain, err := pair.Decrypt(encrypted, corp)
	if err != nil {
		st.t.Fatal(err)
	}
	return string(plain)
}

// pull fetches what is new in customer service.
func (st *weComStage) pull() []map[string]any {
	st.t.Helper()
	page := st.call("kf/sync_msg", fmt.Sprintf(`{"open_kfid":%q,"cursor":%q}`, account, st.pulled))
	st.pulled = page["next_cursor"].(string)
	var items []map[string]any
	for _, one := range page["msg_list"].([]any) {
		items = append(items, one.(map[string]any))
	}
	return items
}

// answer is customer service answering a customer.
func (st *weComStage) answer(kind, object string) {
	st.t.Helper()
	st.call("kf/send_msg", fmt.Sprintf(`{"touser":"wmEXAMPLE0001","open_kfid":%q,"msgtype":%q,%q:%s}`, account, kind, kind, object))
}

// tell is the app writing to a member.
func (st *weComStage) tell(kind, object string) {
	st.t.Helper()
	st.call("message/send", fmt.Sprintf(`{"touser":"zhang","agentid":%d,"msgtype":%q,%q:%s}`, agent, kind, kind, object))
}

// said are the entries of a line in short.
func (st *stage) said(line string) []string {
	st.t.Helper()
	var all []string
	for _, e := range st.state().Entries {
		if e.Line != line {
			continue
		}
		text := e.Text
		if e.Content != nil {
			text = strings.TrimSpace(string(e.Content.Shape) + " " + e.Content.Header + " " + e.Content.Text)
		}
		if e.Kind == "state" {
			text = fmt.Sprint(e.Code, e.Servicer)
		}
		all = append(all, strings.TrimSpace(e.Customer+" "+e.Kind+" "+text))
	}
	return all
}

func (st *stage) must(path, body string) {
	st.t.Helper()
	if code, got := st.post("/playground/"+path, body); code != 200 {
		st.t.Fatalf("%s %s: got %d %s", path, body, code, got)
	}
}

func (st *stage) last(line string) entry {
	st.t.Helper()
	var found entry
	for _, e := range st.state().Entries {
		if e.Line == line {
			found = e
		}
	}
	return found
}

const kfMenuPart = `{"head_content":"Which?","list":[{"type":"click","click":{"id":"green","content":"Green tea"}},{"type":"view","view":{"url":"https://shop.example","content":"Our shop"}}],"tail_content":"Or write."}`

// TestACustomerOnWeChat: who writes is called for with an encrypted callback and fetched,
// and the answer and its menu are on the phone.
func TestACustomerOnWeChat(t *testing.T) {
	st := newStage(t, nil)
	st.must("chats", `{"customer":"k1"}`)
	st.must("messages", `{"customer":"k1","text":"请问多少钱?"}`)
	if plain := st.wc.opened(); !strings.Contains(plain, "kf_msg_or_event") || !strings.Contains(plain, account) || strings.Contains(plain, "多少钱") {
		t.Errorf("the callback says %s, want a call to fetch and nothing else", plain)
	}
	items := st.wc.pull()
	if len(items) != 2 || items[1]["msgid"] != st.last("kf").ID || items[1]["external_userid"] != "wmEXAMPLE0001" {
		t.Errorf("fetched %v, want the entry and the message under the id that the page knows", items)
	}
	st.wc.answer("text", `{"content":"9 a box"}`)
	st.wc.answer("msgmenu", kfMenuPart)
	menu := st.last("kf")
	want := &content{Lines: []menuLine{{ID: "green", Title: "Green tea"}, {Title: "Our shop", URL: "https://shop.example"}}}
	want.Shape, want.Text, want.Footer = message.ShapeButtons, "Which?", "Or write."
	if diff := cmp.Diff(want, menu.Content); diff != "" {
		t.Errorf("the menu (-want +got):\n%s", diff)
	}
	st.must("taps", fmt.Sprintf(`{"customer":"k1","message":%q,"choice":"green"}`, menu.ID))
	for _, wrong := range []string{`"k1","message":"` + menu.ID + `","choice":"black"`, `"k2","message":"` + menu.ID + `","choice":"green"`, `"k1","choice":"green"`} {
		if code, _ := st.post("/playground/taps", `{"customer":`+wrong+`}`); code != http.StatusBadRequest {
			t.Errorf("a tap by %s: got %d, want 400", wrong, code)
		}
	}
	tap := st.wc.pull()
	if len(tap) != 1 || tap[0]["text"].(map[string]any)["menu_id"] != "green" {
		t.Errorf("fetched %v, want the id of the line", tap)
	}
	if diff := cmp.Diff([]string{"k1 opened", "k1 in 请问多少钱?", "k1 out text  9 a box", "k1 out buttons  Which?", "k1 in Green tea"}, st.said("kf")); diff != "" {
		t.Errorf("the chat (-want +got):\n%s", diff)
	}
}

// TestAServicer takes a customer, answers and ends; the customer sees who.
func TestAServicer(t *testing.T) {
	st := newStage(t, nil)
	st.must("messages", `{"customer":"k1","text":"a person please"}`)
	st.wc.call("kf/service_state/trans", fmt.Sprintf(`{"open_kfid":%q,"external_userid":"wmEXAMPLE0001","service_state":2}`, account))
	for _, do := range []string{`"take"`, `"answer","text":"Here I am"`, `"end"`} {
		st.must("service", `{"customer":"k1","do":`+do+`}`)
	}
	if code, _ := st.post("/playground/service", `{"customer":"k1","do":"answer","text":"too late"}`); code != http.StatusBadRequest {
		t.Errorf("an answer after the end: got %d, want 400", code)
	}
	want := []string{"k1 in a person please", "k1 state 2", "k1 state 3张样本", "k1 staff Here I am", "k1 state 4"}
	if diff := cmp.Diff(want, st.said("kf")); diff != "" {
		t.Errorf("the chat (-want +got):\n%s", diff)
	}
	for _, e := range st.state().Entries {
		if e.Kind == "staff" && e.Servicer != "张样本" {
			t.Errorf("the answer is by %q, want the servicer's name", e.Servicer)
		}
	}
}

const (
	buttonCardPart = `{"card_type":"button_interaction","task_id":"t1","main_title":{"title":"Which?","desc":"Two of them"},"button_list":[{"text":"Green tea","key":"green"},{"text":"Shop","type":1,"url":"https://shop.example"}]}`
	votePart       = `{"card_type":"vote_interaction","task_id":"t2","main_title":{"title":"Which?"},"checkbox":{"question_key":"q","mode":0,"option_list":[{"id":"r1","text":"Oolong"},{"id":"r2","text":"Black"}]},"submit_button":{"text":"This one","key":"submit"}}`
	menuPart       = `{"button":[{"type":"click","name":"Report","key":"report"},{"name":"More","sub_button":[{"type":"view","name":"Site","url":"https://shop.example"},{"type":"click","name":"News","key":"news"}]}]}`
)

// TestAMemberAndAnApp: writes, taps a card, votes and uses the app's menu; the callbacks
// carry what was chosen, and the page shows its title.
func TestAMemberAndAnApp(t *testing.T) {
	st := newStage(t, nil)
	st.must("chats", `{"customer":"m1"}`)
	st.must("messages", `{"customer":"m1","text":"hi"}`)
	if plain := st.wc.opened(); !strings.Contains(plain, "<Content><![CDATA[hi]]>") || !strings.Contains(plain, st.last("app").ID) {
		t.Errorf("the callback says %s, want the text under the id that the page knows", plain)
	}
	st.wc.tell("template_card", buttonCardPart)
	st.must("taps", fmt.Sprintf(`{"customer":"m1","message":%q,"choice":"green"}`, st.last("app").ID))
	if plain := st.wc.opened(); !strings.Contains(plain, "<EventKey><![CDATA[green]]>") {
		t.Errorf("the tap says %s", plain)
	}
	st.wc.tell("template_card", votePart)
	st.must("taps", fmt.Sprintf(`{"customer":"m1","message":%q,"choice":"r2"}`, st.last("app").ID))
	if plain := st.wc.opened(); !strings.Contains(plain, "<OptionId><![CDATA[r2]]>") || !strings.Contains(plain, "<EventKey><![CDATA[submit]]>") {
		t.Errorf("the vote says %s", plain)
	}
	st.wc.call(fmt.Sprintf("menu/create?agentid=%d", agent), menuPart)
	want := []menuTop{{menuLine: menuLine{"report", "Report", ""}}, {menuLine: menuLine{Title: "More"}, Below: []menuLine{{"", "Site", "https://shop.example"}, {"news", "News", ""}}}}
	if diff := cmp.Diff(want, st.last("app").Menu, cmp.AllowUnexported(menuTop{})); diff != "" {
		t.Errorf("the menu (-want +got):\n%s", diff)
	}
	st.must("taps", `{"customer":"m1","choice":"news"}`)
	if code, _ := st.post("/playground/taps", `{"customer":"m1","choice":"lunch"}`); code != http.StatusBadRequest {
		t.Errorf("a button that is not there: got %d, want 400", code)
	}
	if _, err := st.wc.WriteApp(context.Background(), agent+1, "zhang", qyapi.Text("to another app")); err != nil {
		t.Fatal(err)
	}
	chat := []string{"m1 opened", "m1 in hi", "m1 out buttons Which? Two of them", "m1 in Green tea", "m1 out list Which?", "m1 in Black", "menu", "m1 in News"}
	if diff := cmp.Diff(chat, st.said("app")); diff != "" {
		t.Errorf("the chat (-want +got):\n%s", diff)
	}
}

// TestTheConversationOfAPersona is that of the desk, so that the page finds the decision
// about a tap, which has an id at the desk alone.
func TestTheConversationOfAPersona(t *testing.T) {
	st := newStage(t, nil)
	channels := map[string]string{"wa": "wa-main", "kf": "kf-main", "app": "app-main"}
	all := slices.Concat(Personas(), WeChatUsers(), Members())
	got := st.state().Customers
	if len(got) != len(all) {
		t.Fatalf("got %d people, want %d", len(got), len(all))
	}
	for i, one := range got {
		want := conversation.ID(channels[one.Line], message.Person{UserID: all[i].UserID, Phone: all[i].Phone})
		if one.Conversation != want {
			t.Errorf("%s: got conversation %s, want %s", one.ID, one.Conversation, want)
		}
	}
}
