package sandbox

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func x(n int) string { return strings.Repeat("x", n) }

func buttons(titles ...string) string {
	var b []string
	for i, title := range titles {
		b = append(b, fmt.Sprintf(`{"type":"reply","reply":{"id":"b%d","title":%q}}`, i, title))
	}
	return `"type":"interactive","interactive":{"type":"button","body":{"text":"Choose"},"action":{"buttons":[` + strings.Join(b, ",") + `]}}`
}

func list(open string, sections ...string) string {
	return `"type":"interactive","interactive":{"type":"list","body":{"text":"Choose"},"action":{"button":"` + open +
		`","sections":[` + strings.Join(sections, ",") + `]}}`
}

func section(title string, rows ...string) string {
	return `{"title":"` + title + `","rows":[` + strings.Join(rows, ",") + `]}`
}

func row(id, title, description string) string {
	return `{"id":"` + id + `","title":"` + title + `","description":"` + description + `"}`
}

func rows(n int) []string {
	var all []string
	for i := range n {
		all = append(all, row(fmt.Sprint("r", i), "Row", ""))
	}
	return all
}

func template(name, language, body string) string {
	return `"type":"template","template":{"name":"` + name + `","language":{"code":"` + language + `"},"components":[{"type":"body","parameters":[` + body + `]}]}`
}

func param(text string) string { return `{"type":"text","text":"` + text + `"}` }

// TestRules holds every documented rule of one request: code 0 means accepted.
func TestRules(t *testing.T) {
	const (
		pageText     = "Meta, messages/text-messages"
		pageButtons  = "Meta, messages/interactive-reply-buttons-messages"
		pageList     = "Meta, messages/interactive-list-messages"
		pageLink     = "Meta, messages/interactive-cta-url-messages"
		pagePlace    = "Meta, messages/location-request-messages"
		pageMedia    = "Meta, messages/image-messages and its neighbours"
		pageTemplate = "Meta, messages/template-messages"
		pageSend     = "Meta, messages/send-messages"
		pageErrors   = "Meta, support/error-codes"
		pageBSUID    = "Meta, business-scoped-user-ids"
		pageGroups   = "Meta, groups/error-codes"
		pageRead     = "Meta, mark-message-as-read and typing-indicators"
	)
	cases := []struct {
		name, source, body string
		code               int
	}{
		{"a text of 4,096 characters", pageText, textTo(sheena, x(4096)), 0},
		{"a text of 4,096 Chinese characters", pageText, textTo(sheena, strings.Repeat("价", 4096)), 0},
		{"a text of 4,097 characters", pageText, textTo(sheena, x(4097)), 100},
		{"an empty text", pageText, textTo(sheena, ""), 131008},
		{"a text without its object", pageText, to(sheena, `"type":"text"`), 131008},
		{"a misspelt key", pageErrors, to(sheena, `"type":"text","text":{"bodi":"hi"}`), 100},
		{"a misspelt key at the top", pageErrors, to(sheena, `"typ":"text","text":{"body":"hi"}`), 100},
		{"a number where a text belongs", pageErrors, to(sheena, `"type":"text","text":{"body":7}`), 100},
		{"a second object", pageErrors, to(sheena, `"type":"text","text":{"body":"hi"},"image":{"id":"1"}`), 100},
		{"broken JSON", pageErrors, `{"messaging_product":"whatsapp"`, 100},
		{"two JSON values", pageErrors, textTo(sheena, "hi") + "{}", 100},
		{"without messaging_product", pageSend, `{"to":"+16505551234","type":"text","text":{"body":"hi"}}`, 100},
		{"another product", pageSend, `{"messaging_product":"sms","to":"+16505551234","type":"text","text":{"body":"hi"}}`, 131009},
		{"no recipient", pageSend, `{"messaging_product":"whatsapp","type":"text","text":{"body":"hi"}}`, 131008},
		{"no type", pageSend, to(sheena, `"text":{"body":"hi"}`), 131008},
		{"an unknown type", pageErrors, to(sheena, `"type":"poll"`), 131051},
		{"recipient_type of another kind", pageSend, `{"messaging_product":"whatsapp","recipient_type":"crowd","to":"+16505551234","type":"text","text":{"body":"hi"}}`, 131009},
		{"a group", pageGroups, `{"messaging_product":"whatsapp","recipient_type":"group","to":"Y2FwaV9ncm91cDox","type":"text","text":{"body":"hi"}}`, 131041},
		{"a phone number with marks", pageSend, `{"messaging_product":"whatsapp","to":"+1 (650) 555-1234","type":"text","text":{"body":"hi"}}`, 0},
		{"a phone number with letters", pageSend, `{"messaging_product":"whatsapp","to":"+1650CALLME","type":"text","text":{"body":"hi"}}`, 131009},
		{"somebody who is not on WhatsApp", pageErrors, textTo(Customer{Phone: "16505559999"}, "hi"), 131026},
		{"ourselves", pageErrors, textTo(Customer{Phone: shop.DisplayNumber}, "hi"), 131021},
		{"by user id", pageBSUID, `{"messaging_product":"whatsapp","recipient":"US.77000000000000000001","type":"text","text":{"body":"hi"}}`, 0},
		{"to a user id that is none", pageBSUID, `{"messaging_product":"whatsapp","recipient":"77","type":"text","text":{"body":"hi"}}`, 131009},
		{"to an unknown user id", pageBSUID, `{"messaging_product":"whatsapp","recipient":"US.1","type":"text","text":{"body":"hi"}}`, 131026},
		{"our id of 512 characters", pageSend, to(sheena, `"biz_opaque_callback_data":"`+x(512)+`","type":"text","text":{"body":"hi"}`), 0},
		{"our id of 513 characters", pageSend, to(sheena, `"biz_opaque_callback_data":"`+x(513)+`","type":"text","text":{"body":"hi"}`), 100},
		{"quoting a message", pageSend, to(sheena, `"context":{"message_id":"wamid.X"},"type":"text","text":{"body":"hi"}`), 0},
		{"quoting no message", pageSend, to(sheena, `"context":{"message_id":"X"},"type":"text","text":{"body":"hi"}`), 131009},

		{"three buttons", pageButtons, to(sheena, buttons("Yes", "No", "Later")), 0},
		{"four buttons", pageButtons, to(sheena, buttons("1", "2", "3", "4")), 131009},
		{"no buttons", pageButtons, to(sheena, buttons()), 131008},
		{"a button title of 20", pageButtons, to(sheena, buttons(x(20))), 0},
		{"a button title of 21", pageButtons, to(sheena, buttons(x(21))), 131009},
		{"an empty button title", pageButtons, to(sheena, buttons("")), 131008},
		{"two equal button titles", pageButtons, to(sheena, buttons("Yes", "Yes")), 131009},
		{"a button id of 257", pageButtons, to(sheena, strings.Replace(buttons("Yes"), `"b0"`, `"`+x(257)+`"`, 1)), 131009},
		{"two equal button ids", pageButtons, to(sheena, strings.Replace(buttons("Yes", "No"), `"b1"`, `"b0"`, 1)), 131009},
		{"a button of another type", pageButtons, to(sheena, strings.Replace(buttons("Yes"), `"type":"reply"`, `"type":"url"`, 1)), 131009},
		{"a body of 1,024 above buttons", pageButtons, to(sheena, strings.Replace(buttons("Yes"), "Choose", x(1024), 1)), 0},
		{"a body of 1,025 above buttons", pageButtons, to(sheena, strings.Replace(buttons("Yes"), "Choose", x(1025), 1)), 131009},
		{"buttons without a body", pageButtons, to(sheena, strings.Replace(buttons("Yes"), `"body":{"text":"Choose"},`, "", 1)), 131008},
		{"a footer of 60", pageButtons, to(sheena, strings.Replace(buttons("Yes"), `"action"`, `"footer":{"text":"`+x(60)+`"},"action"`, 1)), 0},
		{"a footer of 61", pageButtons, to(sheena, strings.Replace(buttons("Yes"), `"action"`, `"footer":{"text":"`+x(61)+`"},"action"`, 1)), 131009},
		{"a text header of 60", pageButtons, to(sheena, strings.Replace(buttons("Yes"), `"action"`, `"header":{"type":"text","text":"`+x(60)+`"},"action"`, 1)), 0},
		{"a text header of 61", pageButtons, to(sheena, strings.Replace(buttons("Yes"), `"action"`, `"header":{"type":"text","text":"`+x(61)+`"},"action"`, 1)), 131009},
		{"an image header", pageButtons, to(sheena, strings.Replace(buttons("Yes"), `"action"`, `"header":{"type":"image","image":{"id":"1"}},"action"`, 1)), 0},
		{"an image header without the image", pageButtons, to(sheena, strings.Replace(buttons("Yes"), `"action"`, `"header":{"type":"image"},"action"`, 1)), 131008},
		{"a header of another kind", pageButtons, to(sheena, strings.Replace(buttons("Yes"), `"action"`, `"header":{"type":"gif"},"action"`, 1)), 131009},
		{"an unknown interactive type", pageErrors, to(sheena, strings.Replace(buttons("Yes"), `"type":"button"`, `"type":"carousel"`, 1)), 131051},
		{"buttons without an action", pageButtons, to(sheena, `"type":"interactive","interactive":{"type":"button","body":{"text":"x"}}`), 131008},

		{"a list of ten rows", pageList, to(sheena, list("Open", section("", rows(10)...))), 0},
		{"a list of eleven rows", pageList, to(sheena, list("Open", section("", rows(11)...))), 131009},
		{"eleven rows in two sections", pageList, to(sheena, list("Open", section("A", rows(6)...), section("B", strings.ReplaceAll(strings.Join(rows(5), ","), `"r`, `"s`)))), 131009},
		{"no sections", pageList, to(sheena, list("Open")), 131009},
		{"a section without rows", pageList, to(sheena, list("Open", section("A"))), 131009},
		{"two sections, one without a title", pageList, to(sheena, list("Open", section("A", row("1", "x", "")), section("", row("2", "y", "")))), 131008},
		{"a section title of 25", pageList, to(sheena, list("Open", section(x(25), row("1", "x", "")))), 131009},
		{"a row title of 24", pageList, to(sheena, list("Open", section("", row("1", x(24), "")))), 0},
		{"a row title of 25", pageList, to(sheena, list("Open", section("", row("1", x(25), "")))), 131009},
		{"a row without a title", pageList, to(sheena, list("Open", section("", row("1", "", "")))), 131008},
		{"a row description of 73", pageList, to(sheena, list("Open", section("", row("1", "x", x(73))))), 131009},
		{"a row id of 200", pageList, to(sheena, list("Open", section("", row(x(200), "x", "")))), 0},
		{"a row id of 201", pageList, to(sheena, list("Open", section("", row(x(201), "x", "")))), 131009},
		{"two equal row ids", pageList, to(sheena, list("Open", section("", row("1", "x", ""), row("1", "y", "")))), 131009},
		{"a list button of 21", pageList, to(sheena, list(x(21), section("", row("1", "x", "")))), 131009},
		{"a list without a button", pageList, to(sheena, list("", section("", row("1", "x", "")))), 131008},
		{"a list body of 4,096", pageList, to(sheena, strings.Replace(list("Open", section("", row("1", "x", ""))), "Choose", x(4096), 1)), 0},
		{"a list body of 4,097", pageList, to(sheena, strings.Replace(list("Open", section("", row("1", "x", ""))), "Choose", x(4097), 1)), 131009},
		{"a list with an image header", pageList, to(sheena, strings.Replace(list("Open", section("", row("1", "x", ""))), `"action"`, `"header":{"type":"image","image":{"id":"1"}},"action"`, 1)), 131009},

		{"a link button", pageLink, to(sheena, `"type":"interactive","interactive":{"type":"cta_url","body":{"text":"x"},"action":{"name":"cta_url","parameters":{"display_text":"Shop","url":"https://shop.example/"}}}`), 0},
		{"a link button of 21", pageLink, to(sheena, `"type":"interactive","interactive":{"type":"cta_url","body":{"text":"x"},"action":{"name":"cta_url","parameters":{"display_text":"`+x(21)+`","url":"https://shop.example/"}}}`), 131009},
		{"a link button to no address", pageLink, to(sheena, `"type":"interactive","interactive":{"type":"cta_url","body":{"text":"x"},"action":{"name":"cta_url","parameters":{"display_text":"Shop","url":"javascript:x"}}}`), 131009},
		{"asking for a place", pagePlace, to(sheena, `"type":"interactive","interactive":{"type":"location_request_message","body":{"text":"x"},"action":{"name":"send_location"}}`), 0},
		{"asking for a place by another name", pagePlace, to(sheena, `"type":"interactive","interactive":{"type":"location_request_message","body":{"text":"x"},"action":{"name":"place"}}`), 131009},

		{"an image by id", pageMedia, to(sheena, `"type":"image","image":{"id":"1","caption":"`+x(1024)+`"}`), 0},
		{"a caption of 1,025", pageMedia, to(sheena, `"type":"image","image":{"id":"1","caption":"`+x(1025)+`"}`), 100},
		{"a document with its name", pageMedia, to(sheena, `"type":"document","document":{"link":"https://shop.example/a.pdf","filename":"a.pdf"}`), 0},
		{"audio with a caption", pageMedia, to(sheena, `"type":"audio","audio":{"id":"1","caption":"x"}`), 100},
		{"a sticker", pageMedia, to(sheena, `"type":"sticker","sticker":{"id":"1"}`), 0},
		{"an image from nowhere", pageMedia, to(sheena, `"type":"image","image":{}`), 131008},
		{"an image from two places", pageMedia, to(sheena, `"type":"image","image":{"id":"1","link":"https://shop.example/"}`), 131009},
		{"an image from no web address", pageMedia, to(sheena, `"type":"image","image":{"link":"file:///etc/passwd"}`), 131009},
		{"a place in strings", pageMedia, to(sheena, `"type":"location","location":{"latitude":"37.44","longitude":"-122.16","name":"Shop"}`), 0},
		{"a place in numbers", pageMedia, to(sheena, `"type":"location","location":{"latitude":37.44,"longitude":-122.16}`), 0},
		{"a place off the globe", pageMedia, to(sheena, `"type":"location","location":{"latitude":"91","longitude":"0"}`), 131009},
		{"a place without longitude", pageMedia, to(sheena, `"type":"location","location":{"latitude":"1"}`), 131008},
		{"a contact", pageMedia, to(sheena, `"type":"contacts","contacts":[{"name":{"formatted_name":"A B"}}]`), 0},
		{"a contact without a name", pageMedia, to(sheena, `"type":"contacts","contacts":[{"name":{}}]`), 131008},
		{"no contacts", pageMedia, to(sheena, `"type":"contacts","contacts":[]`), 131008},
		{"a reaction", pageMedia, to(sheena, `"type":"reaction","reaction":{"message_id":"wamid.X","emoji":"👍"}`), 0},
		{"a reaction taken back", pageMedia, to(sheena, `"type":"reaction","reaction":{"message_id":"wamid.X","emoji":""}`), 0},
		{"a reaction without its emoji", pageMedia, to(sheena, `"type":"reaction","reaction":{"message_id":"wamid.X"}`), 131008},
		{"a reaction to no message", pageMedia, to(sheena, `"type":"reaction","reaction":{"emoji":"👍"}`), 131008},

		{"an approved template", pageTemplate, to(sheena, template("order_update", "en_US", param("Ana")+","+param("7"))), 0},
		{"an unknown template", pageErrors, to(sheena, template("order_lost", "en_US", param("Ana")+","+param("7"))), 132001},
		{"en is not en_US", pageErrors, to(sheena, template("order_update", "en", param("Ana")+","+param("7"))), 132001},
		{"one parameter of two", pageErrors, to(sheena, template("order_update", "en_US", param("Ana"))), 132000},
		{"three parameters of two", pageErrors, to(sheena, template("order_update", "en_US", param("a")+","+param("b")+","+param("c"))), 132000},
		{"a template text over 1,024", pageErrors, to(sheena, template("order_update", "en_US", param("Ana")+","+param(x(1000)))), 132005},
		{"an empty parameter", pageErrors, to(sheena, template("order_update", "en_US", param("Ana")+","+param(""))), 131008},
		{"an image as a body parameter", pageErrors, to(sheena, template("order_update", "en_US", param("Ana")+`,{"type":"image","image":{"id":"1"}}`)), 132012},
		{"named and positional parameters", pageTemplate, to(sheena, template("order_update", "en_US", param("Ana")+`,{"type":"text","parameter_name":"n","text":"7"}`)), 132012},
		{"a template name in capitals", pageTemplate, to(sheena, template("Order", "en_US", "")), 131009},
		{"a template without a language", pageTemplate, to(sheena, `"type":"template","template":{"name":"order_update"}`), 131008},
		{"a template component of another kind", pageTemplate, to(sheena, `"type":"template","template":{"name":"order_update","language":{"code":"en_US"},"components":[{"type":"foot"}]}`), 131009},
		{"two bodies", pageTemplate, to(sheena, `"type":"template","template":{"name":"order_update","language":{"code":"en_US"},"components":[{"type":"body"},{"type":"body"}]}`), 131009},
		{"a button without its index", pageTemplate, to(sheena, `"type":"template","template":{"name":"order_update","language":{"code":"en_US"},"components":[{"type":"button","sub_type":"quick_reply","parameters":[{"type":"payload","payload":"x"}]}]}`), 131008},
		{"a button with the wrong parameter", pageTemplate, to(sheena, `"type":"template","template":{"name":"order_update","language":{"code":"en_US"},"components":[{"type":"button","sub_type":"url","index":0,"parameters":[{"type":"payload","payload":"x"}]}]}`), 132012},
		{"an image header of a template", pageTemplate, to(sheena, `"type":"template","template":{"name":"order_update","language":{"code":"en_US"},"components":[{"type":"header","parameters":[{"type":"image","image":{"id":"1"}}]},{"type":"body","parameters":[`+param("a")+","+param("b")+`]}]}`), 0},

		{"marking as read", pageRead, `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.X"}`, 0},
		{"typing", pageRead, `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.X","typing_indicator":{"type":"text"}}`, 0},
		{"typing something else", pageRead, `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.X","typing_indicator":{"type":"audio"}}`, 131009},
		{"marking as delivered", pageRead, `{"messaging_product":"whatsapp","status":"delivered","message_id":"wamid.X"}`, 131009},
		{"marking nothing as read", pageRead, `{"messaging_product":"whatsapp","status":"read"}`, 131008},
		{"marking a strange id as read", pageRead, `{"messaging_product":"whatsapp","status":"read","message_id":"7"}`, 131009},
		{"a read mark with a recipient", pageRead, `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.X","to":"+16505551234"}`, 100},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t, nil)
			st.write(sheena, "hi")
			st.write(owl, "hi")
			got := st.send(c.body)
			if got.Error.Code != c.code {
				t.Fatalf("%s:\n got code %d (%s)\nwant code %d", c.source, got.Error.Code, got.Error.Data.Details, c.code)
			}
			if ok := got.status == http.StatusOK; ok != (c.code == 0) {
				t.Errorf("status %d for code %d", got.status, c.code)
			}
			if c.code != 0 && len(st.Sent()) != 0 {
				t.Error("a refused message is in the books")
			}
		})
	}
}

// TestErrorBody: Meta, support/error-codes, "error response syntax" and statuses.
func TestErrorBody(t *testing.T) {
	st := newStage(t, nil)
	got := st.send(to(sheena, template("order_lost", "en_US", "")))
	want := `{"error":{"message":"(#131026) Message undeliverable","type":"OAuthException","code":131026,` +
		`"error_data":{"messaging_product":"whatsapp","details":"the recipient is not on WhatsApp"},"fbtrace_id":"Asandbox000000000000001"}}`
	if got.body != want {
		t.Errorf("\n got %s\nwant %s", got.body, want)
	}
	st.write(sheena, "hi")
	if got := st.send(to(sheena, template("order_lost", "en_US", ""))); got.status != 404 {
		t.Errorf("132001 came with status %d, want 404", got.status)
	}
}

func TestAddress(t *testing.T) {
	other := Number{PhoneNumberID: "2", DisplayNumber: "15550000002", BusinessID: "another", Token: "other-token", AppSecret: "s"}
	st := newStage(t, func(c *Config) { c.Numbers = append(c.Numbers, other) })
	st.write(sheena, "hi")
	good := "/v26.0/" + shop.PhoneNumberID + "/messages"
	cases := []struct {
		name, path, authorization string
		code, status              int
	}{
		{"right", good, "Bearer shop-token", 0, 200},
		{"no token", good, "", 190, 401},
		{"wrong token", good, "Bearer shop-tokem", 190, 401},
		{"basic instead of bearer", good, "Basic shop-token", 190, 401},
		{"another business's token", good, "Bearer other-token", 10, 403},
		{"unknown number", "/v26.0/999/messages", "Bearer shop-token", 33, 400},
		{"no version", "/" + shop.PhoneNumberID + "/messages", "Bearer shop-token", 100, 400},
		{"another edge", "/v26.0/" + shop.PhoneNumberID + "/media", "Bearer shop-token", 100, 400},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := st.call(c.path, c.authorization, textTo(sheena, "hi"))
			if got.Error.Code != c.code || got.status != c.status {
				t.Errorf("got code %d, status %d; want %d, %d", got.Error.Code, got.status, c.code, c.status)
			}
		})
	}
	form := httptest.NewRequest(http.MethodPost, good, strings.NewReader("to=1"))
	form.Header.Set("Authorization", "Bearer shop-token")
	if got := st.do(form); got.Error.Code != 100 {
		t.Errorf("a form: got code %d, want 100", got.Error.Code)
	}
	if got := st.call(good, "Bearer shop-token", x(maxRequest+1)); got.Error.Code != 100 {
		t.Errorf("a body over the limit: got code %d, want 100", got.Error.Code)
	}
}

// TestWindow: Meta, send-messages page and error code 131047.
func TestWindow(t *testing.T) {
	st := newStage(t, func(c *Config) { c.Customers = []Customer{sheena} })
	tmpl := to(sheena, template("order_update", "en_US", param("a")+","+param("b")))
	expect := func(when, body string, want int) {
		t.Helper()
		if got := st.send(body); got.Error.Code != want {
			t.Errorf("%s: got code %d, want %d", when, got.Error.Code, want)
		}
	}
	expect("before the customer wrote, a text", textTo(sheena, "hi"), 131047)
	expect("before the customer wrote, a template", tmpl, 0)
	st.write(sheena, "hi")
	st.pass(24*time.Hour - time.Second)
	expect("a second before the end", textTo(sheena, "hi"), 0)
	st.pass(time.Second)
	expect("at the end, a text", textTo(sheena, "hi"), 131047)
	st.pass(6 * time.Second) // the pair rate
	expect("at the end, a template", tmpl, 0)
	if err := st.Remember(shop.PhoneNumberID, sheena, st.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	st.pass(6 * time.Second)
	expect("after remembering that the customer wrote an hour ago", textTo(sheena, "hi"), 0)
}

// TestPairRate: Meta, about-the-platform page (pair rate limits).
func TestPairRate(t *testing.T) {
	st := newStage(t, nil)
	st.write(sheena, "hi")
	st.write(owl, "hi")
	for i := range 20 {
		if got := st.send(textTo(sheena, "hi")); got.Error.Code != 0 {
			t.Fatalf("message %d of a burst: code %d", i+1, got.Error.Code)
		}
	}
	st.pass(119 * time.Second)
	if got := st.send(textTo(sheena, "hi")); got.Error.Code != 131056 {
		t.Errorf("119 s after 20 at once: got code %d, want 131056", got.Error.Code)
	}
	if got := st.send(strings.Replace(textTo(sheena, "hi"), `"to":"+16505551234"`, `"recipient":"`+owl.UserID+`"`, 1)); got.Error.Code != 0 {
		t.Errorf("somebody else meanwhile: got code %d, want 0", got.Error.Code)
	}
	st.pass(time.Second)
	for i := range 45 {
		if got := st.send(textTo(sheena, "hi")); got.Error.Code != 0 {
			t.Fatalf("message %d of 45 after two minutes: code %d", i+1, got.Error.Code)
		}
	}
	if got := st.send(textTo(sheena, "hi")); got.Error.Code != 131056 || got.status != 400 {
		t.Errorf("message 46: got code %d status %d, want 131056, 400", got.Error.Code, got.status)
	}
}

// TestThroughput: Meta, throughput page: 80 per second, in and out together.
func TestThroughput(t *testing.T) {
	st := newStage(t, nil)
	for i := range 41 {
		st.write(Customer{Phone: fmt.Sprintf("165055500%02d", i)}, "hi")
	}
	for i := range 39 {
		if got := st.send(textTo(Customer{Phone: fmt.Sprintf("165055500%02d", i)}, "hi")); got.Error.Code != 0 {
			t.Fatalf("message %d of 80: code %d", 41+i+1, got.Error.Code)
		}
	}
	last := textTo(Customer{Phone: "16505550040"}, "hi")
	if got := st.send(last); got.Error.Code != 130429 {
		t.Errorf("message 81: got code %d, want 130429", got.Error.Code)
	}
	st.pass(time.Second)
	if got := st.send(last); got.Error.Code != 0 {
		t.Errorf("a second later: got code %d, want 0", got.Error.Code)
	}
}

// TestAuthenticationNeedsAPhone: Meta, business-scoped-user-ids page, code 131062.
func TestAuthenticationNeedsAPhone(t *testing.T) {
	st := newStage(t, func(c *Config) {
		c.Templates = []Template{{Name: "code", Language: "en_US", Category: "authentication"}}
	})
	st.write(sheena, "hi")
	body := `{"messaging_product":"whatsapp","recipient":"` + sheena.UserID + `",` + template("code", "en_US", "") + `}`
	if got := st.send(body); got.Error.Code != 131062 {
		t.Errorf("by user id: got code %d, want 131062", got.Error.Code)
	}
	if got := st.send(to(sheena, template("code", "en_US", ""))); got.Error.Code != 0 {
		t.Errorf("by phone: got code %d, want 0", got.Error.Code)
	}
}
