package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

const accepted = `{"messaging_product":"whatsapp","contacts":[{"input":"+16505551234","wa_id":"16505551234"}],"messages":[{"id":"wamid.OK"}]}`

// Values that must never show up in an error.
const (
	markToken = "EAAGmarkedtoken0123456789"
	markPhone = "16505551234"
	markUser  = "US.MARKEDUSER1349"
	markText  = "marked words of the customer"
)

func sending(url string) channel.Channel {
	return channel.Channel{ID: "wa-main", Kind: message.WhatsApp, PhoneNumberID: number, Token: markToken, APIURL: url + "/v26.0"}
}

func marked() message.Outgoing {
	return message.Outgoing{
		Channel: "wa-main", Ref: "0123.4567", ReplyTo: "wamid.IN",
		To:      message.Person{Phone: markPhone, UserID: markUser, Name: "Marked Name"},
		Content: message.Content{Shape: message.ShapeText, Text: markText},
	}
}

// graph answers every call alike and remembers the last request.
type graph struct {
	*httptest.Server
	calls  int
	path   string
	header http.Header
	body   []byte
}

func newGraph(t *testing.T, status int, answer string, headers ...string) *graph {
	g := &graph{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.calls, g.path, g.header = g.calls+1, r.Method+" "+r.URL.RequestURI(), r.Header
		g.body, _ = io.ReadAll(r.Body)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(g.Close)
	return g
}

func (g *graph) send(out message.Outgoing) (string, error) {
	s := &Sender{HTTP: g.Client()}
	return s.Send(context.Background(), sending(g.URL), out)
}

// sendError returns the *message.SendError in err after checking that nothing
// private is in any form of it.
func sendError(t *testing.T, err error) *message.SendError {
	t.Helper()
	var failed *message.SendError
	if !errors.As(err, &failed) {
		t.Fatalf("got %v, want a *message.SendError", err)
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, form := range []string{"%v", "%+v", "%#v", "%q"} {
			shown := fmt.Sprintf(form, e)
			for _, mark := range []string{markToken, markPhone, "6505551234", markUser, markText, "marked words", "Marked Name", number} {
				if strings.Contains(shown, mark) {
					t.Errorf("the error shows %q: %s", mark, shown)
				}
			}
		}
	}
	return failed
}

func TestRequests(t *testing.T) {
	phone, user := message.Person{Phone: markPhone}, message.Person{UserID: "US.13491208655302741918"}
	for _, c := range []struct {
		name string
		out  message.Outgoing
	}{
		{"text", message.Outgoing{To: phone, Content: message.Content{Shape: message.ShapeText, Text: "Hello 你好 <b>&\""}}},
		{"text_to_user_id", message.Outgoing{To: user, Content: message.Content{Shape: message.ShapeText, Text: "Hello"}}},
		{"text_to_phone_when_both_are_known", message.Outgoing{To: message.Person{Phone: markPhone, UserID: user.UserID}, Ref: "home.reply", ReplyTo: "wamid.IN",
			Content: message.Content{Shape: message.ShapeText, Text: "Hello"}}},
		{"buttons", message.Outgoing{To: phone, Content: message.Content{Shape: message.ShapeButtons, Header: "Shop", Text: "What do you need?", Footer: "We answer at once",
			Buttons: []message.Choice{{ID: "price", Title: "Prices"}, {ID: "hours", Title: "Hours", Description: "not shown on buttons"}}}}},
		{"buttons_bare", message.Outgoing{To: phone, Content: message.Content{Shape: message.ShapeButtons, Text: "Sure?", Buttons: []message.Choice{{ID: "y", Title: "Yes"}}}}},
		{"list", message.Outgoing{To: phone, Content: message.Content{Shape: message.ShapeList, Header: "Shop", Text: "Choose", Footer: "Thanks", Open: "Menu",
			Sections: []message.Section{{Title: "Buy", Rows: []message.Choice{{ID: "price", Title: "Prices", Description: "All of them"}}}, {Title: "Help", Rows: []message.Choice{{ID: "human", Title: "A person"}}}}}}},
		{"card", message.Outgoing{To: phone, Content: message.Content{Shape: message.ShapeCard, Header: "Spring teas", Text: "Twelve new ones.", Footer: "Until Sunday",
			Link: &message.Link{URL: "https://shop.example/spring?a=1&b=2", Label: "See all"}}}},
		{"news", message.Outgoing{To: phone, Content: newsOf("Green, from Hangzhou")}},
		{"news_without_descriptions", message.Outgoing{To: phone, Content: newsOf(chars(4090))}},
		{"approved", message.Outgoing{To: phone, Content: message.Content{Shape: message.ShapeApproved, Approved: &message.Approved{Name: "order_ready", Language: "en_US", Params: []string{"Sheena", "No. 5"}}}}},
		{"approved_without_parameters", message.Outgoing{To: phone, Content: message.Content{Shape: message.ShapeApproved, Approved: &message.Approved{Name: "hello_world", Language: "en_US"}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGraph(t, 200, accepted)
			id, err := g.send(c.out)
			if err != nil || id != "wamid.OK" {
				t.Fatalf("got %q and %v, want wamid.OK", id, err)
			}
			if want := "POST /v26.0/" + number + "/messages"; g.path != want {
				t.Errorf("got %s, want %s", g.path, want)
			}
			if a, ct := g.header.Get("Authorization"), g.header.Get("Content-Type"); a != "Bearer "+markToken || ct != "application/json" {
				t.Errorf("got headers %q and %q", a, ct)
			}
			var pretty bytes.Buffer
			if err := json.Indent(&pretty, g.body, "", "  "); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "requests", c.name+".json"), append(pretty.Bytes(), '\n'))
		})
	}
}

func TestAnswers(t *testing.T) {
	graphError := func(code int, details string) string {
		return fmt.Sprintf(`{"error":{"message":"(#%d) A title","type":"OAuthException","code":%d,"error_data":{"messaging_product":"whatsapp","details":%q},"fbtrace_id":"AbC"}}`, code, code, details)
	}
	for _, c := range []struct {
		name   string
		status int
		body   string
		class  message.Class
		code   int
		reason string
	}{
		{"window shut", 400, graphError(131047, "More than 24 hours have passed."), message.SwitchForm, 131047, "the 24 h service window is shut: send an approved template: More than 24 hours have passed."},
		{"status says nothing: a throttle as 400", 400, graphError(130429, "Rate."), message.Slow, 130429, "throughput limit"},
		{"pair rate", 400, graphError(131056, ""), message.RetryPair, 131056, "too many messages to this recipient"},
		{"token expired", 401, graphError(190, "Session has expired."), message.Stop, 190, "the access token has expired"},
		{"code 0 is a token fault too", 401, graphError(0, ""), message.Stop, 0, "the access token is invalid"},
		{"a code as text", 400, `{"error":{"code":"131026"}}`, message.Drop, 131026, "the recipient cannot be reached"},
		{"Meta's own 500", 500, graphError(131000, ""), message.Retry, 131000, "something went wrong at Meta"},
		{"unknown code with 500", 500, graphError(999001, "New."), message.Retry, 999001, "a code we do not know: New."},
		{"unknown code with 429", 429, graphError(999001, ""), message.Retry, 999001, "a code we do not know"},
		{"unknown code with 403", 403, graphError(999001, ""), message.Stop, 999001, "a code we do not know"},
		{"unknown code with 400", 400, graphError(999001, ""), message.Bug, 999001, "a code we do not know"},
		{"unknown code with 200", 200, graphError(999001, ""), message.Unknown, 999001, "a code we do not know"},
		{"group message partly done", 206, graphError(131201, ""), message.Drop, 131201, "only partly done"},
		{"error without a code", 400, `{"error":{"message":"Odd."}}`, message.Bug, 0, "a code we do not know: Odd."},
		{"a gateway's 502", 502, "<html>Bad gateway</html>", message.Unknown, 0, "status 502 without an answer of the Graph API"},
		{"a gateway's 504 in JSON", 504, `{"message":"Endpoint request timed out"}`, message.Unknown, 0, "status 504"},
		{"500 with nothing", 500, "", message.Unknown, 0, "status 500"},
		{"408 of a proxy", 408, "", message.Unknown, 0, "status 408"},
		{"429 of a proxy", 429, "slow down", message.Retry, 0, "status 429"},
		{"404 of something that is not Graph", 404, "not found", message.Stop, 0, "status 404"},
		{"403 of a firewall", 403, "<html>", message.Stop, 0, "status 403"},
		{"200 with nothing", 200, "", message.Unknown, 0, "has no message id"},
		{"200 without an id", 200, `{"messages":[{}]}`, message.Unknown, 0, "has no message id"},
		{"200 with half an answer", 200, accepted[:len(accepted)-3], message.Unknown, 0, "has no message id"},
		{"200 with an endless answer", 200, `{"x":"` + strings.Repeat("x", 2<<20) + `"}`, message.Unknown, 0, "has no message id"},
		{"details repeat the text", 400, graphError(100, "Invalid body '"+markText+"'"), message.Bug, 100, "the details repeat what was sent"},
		{"details repeat half of the text", 400, graphError(100, "Invalid body 'marked words…'"), message.Bug, 100, "the details repeat"},
		{"details repeat the number", 400, graphError(131009, "Bad number +1 650-555-1234 given"), message.Bug, 131009, "a parameter has an invalid value: Bad number … given"},
		{"details repeat the user id", 400, graphError(131009, "Bad recipient "+markUser), message.Bug, 131009, "the details repeat"},
		{"details repeat the token", 401, graphError(190, "Malformed access token "+markToken[:12]), message.Stop, 190, "the details repeat"},
		{"details are long and have line ends", 400, graphError(100, "a\nb"+strings.Repeat("z", 500)), message.Bug, 100, "parameter: a b" + strings.Repeat("z", 297) + "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			id, err := newGraph(t, c.status, c.body).send(marked())
			failed := sendError(t, err)
			if id != "" || failed.Class != c.class || failed.Code != c.code || !strings.Contains(failed.Reason, c.reason) {
				t.Errorf("got  id %q, %s, code %d, %q\nwant %s, code %d, %q", id, failed.Class, failed.Code, failed.Reason, c.class, c.code, c.reason)
			}
		})
	}
}

func TestDetailsThatRepeatAnyPartAreLeftOut(t *testing.T) {
	for name, content := range map[string]message.Content{
		"button title":       buttonsOf(func(k *message.Content) { k.Buttons[0].Title = "Marked" }),
		"row description":    listOf(func(k *message.Content) { k.Sections[0].Rows[0].Description = "Marked" }),
		"section title":      listOf(func(k *message.Content) { k.Sections[0].Title = "Marked" }),
		"template parameter": approvedOf(message.Approved{Name: "order", Language: "en", Params: []string{"Marked"}}),
	} {
		out := marked()
		out.Content = content
		_, err := newGraph(t, 400, `{"error":{"code":100,"message":"Marked is wrong"}}`).send(out)
		if strings.Contains(sendError(t, err).Reason, "Marked") {
			t.Errorf("%s: got %v, want the details left out", name, err)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	const date = "Sun, 22 Nov 2026 10:00:00 GMT"
	for _, c := range []struct {
		name, after string
		want        time.Duration
	}{
		{"seconds", "30", 30 * time.Second},
		{"a date, by the server's own clock", "Sun, 22 Nov 2026 10:02:00 GMT", 2 * time.Minute},
		{"a date in the past", "Sun, 22 Nov 2026 09:00:00 GMT", 0},
		{"negative", "-5", 0},
		{"too long", "99999999999", 24 * time.Hour},
		{"nonsense", "soon", 0},
		{"nothing", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, body := range []string{`{"error":{"code":80007}}`, "a proxy"} {
				_, err := newGraph(t, 429, body, "Retry-After", c.after, "Date", date).send(marked())
				if got := sendError(t, err).After; got != c.want {
					t.Errorf("got %v, want %v", got, c.want)
				}
			}
		})
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	elsewhere := newGraph(t, 200, accepted)
	_, err := newGraph(t, 307, "", "Location", elsewhere.URL+"/?token="+markToken).send(marked())
	if got := sendError(t, err).Class; got != message.Stop || elsewhere.calls != 0 {
		t.Errorf("got class %s and %d calls elsewhere, want stop and 0", got, elsewhere.calls)
	}
}

func BenchmarkEncode(b *testing.B) {
	out := marked()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := encode(out); err != nil {
			b.Fatal(err)
		}
	}
}
