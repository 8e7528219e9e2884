// Package playbook is everything that admins edit: templates, filters, hours,
// teams and the replies for special moments. A [Playbook] is plain data with one
// JSON form; package publish finds every fault in it before it can go live, and
// package decide compiles it for answering.
//
// The order in which a message is answered:
//
//  1. Filters, from the first to the last. A filter whose conditions hold acts;
//     unless it says continue, later filters are not tried.
//  2. When no filter replied, handed off or ignored: the away reply if the
//     company is closed (once per closed period and contact), else the welcome
//     if the contact has never written before, else the fallback. Never two of
//     them: a new contact who writes out of hours gets the away reply, whose
//     text can greet with {% if first_contact %}.
//  3. At most one reply goes out for a message.
package playbook

// Playbook is one version of everything that admins edit.
type Playbook struct {
	// Languages are the ones every template must have; the first is used for
	// contacts whose language is not among them.
	Languages []string   `json:"languages"`
	Templates []Template `json:"templates"`
	Filters   []Filter   `json:"filters"`
	Hours     []Calendar `json:"hours"`
	Teams     []Team     `json:"teams"`
	// Welcome answers a new contact that no filter answers.
	Welcome *Moment `json:"welcome,omitempty"`
	// Away answers while its calendar is closed and no filter answers.
	Away *Moment `json:"away,omitempty"`
	// Fallback answers when nothing else does.
	Fallback *Moment `json:"fallback,omitempty"`
	// Channels are what is different on single channels.
	Channels []Local `json:"channels,omitempty"`
	// Menus are what WeCom apps show below the chat.
	Menus []Menu `json:"menus,omitempty"`
	// Safety keeps automatic replies within bounds.
	Safety *Safety `json:"safety,omitempty"`
	// Survey asks a customer how it was when people have finished with them.
	Survey *Survey `json:"survey,omitempty"`
	// Notices tell teams what happens at the desk.
	Notices []Notice `json:"notices,omitempty"`
	// Variables can be used in every template: {{ shop_name }}.
	Variables map[string]string `json:"variables,omitempty"`
	// Examples must come out as written, or publishing is refused.
	Examples []Example `json:"examples,omitempty"`
}

// Template is one named reply in all its languages.
type Template struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Variants []Variant `json:"variants"`
}

// Variant is a template's text in one language and shape.
type Variant struct {
	// Language is en, zh-CN, zh-TW or another BCP 47 tag.
	Language string `json:"language"`
	// Only are the kinds of channel that this variant is for (wecom_app, …); empty for all
	// that no other variant of its language is for.
	Only []string `json:"only,omitempty"`
	// Shape is text, buttons, list, card, news, markdown (wecom_app and wecom_bot only),
	// image, video, document, audio or approved. A language may have one variant for each kind of channel to send inside the
	// service window, and one approved.
	Shape    string    `json:"shape"`
	Header   string    `json:"header,omitempty"`
	Text     string    `json:"text,omitempty"`
	Footer   string    `json:"footer,omitempty"`
	Buttons  []Choice  `json:"buttons,omitempty"`
	Open     string    `json:"open,omitempty"`
	Sections []Section `json:"sections,omitempty"`
	// Link is that of a card; Header is the card's title.
	Link     *Link     `json:"link,omitempty"`
	Articles []Article `json:"articles,omitempty"`
	// Media is the file of an image, a video, a document or audio, whose caption is Text; or
	// what WhatsApp shows above buttons and a card.
	Media *Media `json:"media,omitempty"`
	// Approved names the WhatsApp template that Meta approved.
	Approved *Approved `json:"approved,omitempty"`
}

// Link is an https address and the words that open it.
type Link struct {
	URL   string `json:"url"`
	Label string `json:"label,omitempty"`
}

// Article is one entry of news: one to eight of them.
type Article struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url"`
	Picture     string `json:"picture,omitempty"`
}

// Choice is one reply button or list row.
type Choice struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

// Section is a titled group of list rows.
type Section struct {
	Title string   `json:"title,omitempty"`
	Rows  []Choice `json:"rows"`
}

// Calendar is when somebody is there.
type Calendar struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// TimeZone is an IANA name.
	TimeZone string `json:"time_zone"`
	// Weekly maps mon … sun to spans "09:00-18:00"; "22:00-02:00" runs over
	// midnight; "00:00-24:00" is the whole day. A missing day is closed.
	Weekly map[string][]string `json:"weekly"`
	// Exceptions replace a date's weekly spans: closed days, special days and
	// make-up workdays.
	Exceptions []Exception `json:"exceptions,omitempty"`
}

// Exception is one dated change of a calendar. No spans means closed.
type Exception struct {
	Date  string   `json:"date"` // 2026-10-01
	Name  string   `json:"name,omitempty"`
	Spans []string `json:"spans,omitempty"`
}

// Team is a group of people that conversations are routed to.
type Team struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Calendar is when the team works; business hours of its figures.
	Calendar string `json:"calendar,omitempty"`
	// Servicers are the members (WeCom userids) that customers of WeChat customer service
	// are handed to, the first who is on duty. Without one they wait in the pool.
	Servicers []string `json:"servicers,omitempty"`
	// Members are the people who answer, in the order in which they come first among equals.
	Members []Member `json:"members,omitempty"`
	// Assign gives what is handed to the team to its members: round_robin (who has gone
	// longest without getting one) or least_busy (who has the fewest open ones). Empty:
	// whoever wants takes it.
	Assign string `json:"assign,omitempty"`
	// Reassign says what goes back to the queue when a member is off or gone: all (when
	// empty) or unanswered (what nobody has answered yet).
	Reassign string `json:"reassign,omitempty"`
	// SLA is what the team promises. Notices on promise_warning and promise_broken tell of it.
	SLA *SLA `json:"sla,omitempty"`
}

// Member is one person of a team.
type Member struct {
	// ID is who they are for the admin API: the name by which the audit knows them, which
	// is the e-mail address of their sign-in, or the name in their token.
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Calendar is theirs; the team's when empty.
	Calendar string `json:"calendar,omitempty"`
	// Capacity is how many open conversations they are given at once; 0 is no bound.
	Capacity int `json:"capacity,omitempty"`
	// WeCom is their userid at WeCom.
	WeCom string `json:"wecom,omitempty"`
	// Off says that they take nothing, until this is changed.
	Off bool `json:"off,omitempty"`
}

// SLA is what a team promises its customers, in hours of its calendar. Times are written as
// "30m" or "8h"; what is empty is not promised.
type SLA struct {
	// First is until a person answers for the first time, Next until they answer any later
	// message.
	First string `json:"first,omitempty"`
	Next  string `json:"next,omitempty"`
	// Resolve is how long the customer waits until it is done, all waits together.
	Resolve string `json:"resolve,omitempty"`
	// Warn is how long before a promise is broken it is told; a promise no longer than that
	// has no warning.
	Warn string `json:"warn,omitempty"`
}

// Menu is the menu of one WeCom app: at most three buttons.
type Menu struct {
	// Channel is the app's.
	Channel string       `json:"channel"`
	Buttons []MenuButton `json:"buttons"`
}

// MenuButton opens up to five others, or is tapped: then either Choice comes as a message
// of type click, which filters match by choice, or URL opens. Nothing in it is Liquid.
type MenuButton struct {
	// Name has at most 16 bytes, 40 below another button: a Chinese character has 3.
	Name    string       `json:"name"`
	Choice  string       `json:"choice,omitempty"`
	URL     string       `json:"url,omitempty"`
	Buttons []MenuButton `json:"buttons,omitempty"`
}

// Survey asks a customer how it was, once people have finished: when a session of WeChat
// customer service ends, or when somebody resolves a conversation and the channel still
// takes a free message.
type Survey struct {
	// Ask is the template with the question. Its choices have the ids survey:1 (worst) to
	// survey:5 (best), at least two of them.
	Ask string `json:"ask"`
	// Thanks is the template that answers a rating; empty for none.
	Thanks string `json:"thanks,omitempty"`
}

// Notice says which events are told to whom.
type Notice struct {
	// ID is what filters name the notice by; empty when none does. A notice with an id
	// needs no On.
	ID string `json:"id,omitempty"`
	// On are hand_off (people must answer), failed (a reply could not be sent, or a
	// message was given up), promise_warning and promise_broken (a team is about to break
	// what it promises, or has), follow_up (a conversation is to be looked at again) and
	// weekly (the week's figures as a card).
	On []string `json:"on"`
	// Teams are whose events; empty for all. It does not go with weekly.
	Teams []string `json:"teams,omitempty"`
	// To are channels of kind wecom_robot, wecom_group or webhook.
	To []string `json:"to"`
	// Language is en or zh-CN; the playbook's first when empty.
	Language string `json:"language,omitempty"`
	// Mention are members (WeCom userids) that a robot's notice calls by name; "@all" for everybody.
	// A chat and a webhook call nobody.
	Mention []string `json:"mention,omitempty"`
	// Quiet keeps the notice back; nil never does. It does not go with weekly.
	Quiet *Quiet `json:"quiet,omitempty"`
}

// Quiet is when people are not to be disturbed: while a calendar is closed. What is urgent
// passes (a reply that did not go out, a conversation of priority urgent); the rest waits
// and comes as one notice when the calendar opens.
type Quiet struct {
	Calendar string `json:"calendar"`
	// Webhooks keeps notices to webhooks back too. Programs do not sleep.
	Webhooks bool `json:"webhooks,omitempty"`
}

// Moment is the reply for a special moment. Away needs a calendar; Fallback may
// route to people.
type Moment struct {
	Reply    string `json:"reply,omitempty"`
	Calendar string `json:"calendar,omitempty"`
	Assign   string `json:"assign,omitempty"`
	HandOff  bool   `json:"hand_off,omitempty"`
	// TeamHours, of away: for a conversation that is with a team, the team's calendar says
	// whether it is closed, when it has one.
	TeamHours bool `json:"team_hours,omitempty"`
	// NewContact, of away: what somebody gets who has never written before: away (also when
	// empty), greeting (the welcome, and away with their next message), or both in one
	// message, the welcome first.
	NewContact string `json:"new_contact,omitempty"`
}

// Local is what is different on one channel. What is left out is as everywhere; a moment
// with nothing in it does nothing here.
type Local struct {
	Channel string `json:"channel"`
	// Calendar says when this channel is closed, instead of the one that away names.
	Calendar string  `json:"calendar,omitempty"`
	Welcome  *Moment `json:"welcome,omitempty"`
	Away     *Moment `json:"away,omitempty"`
	Fallback *Moment `json:"fallback,omitempty"`
}

// Fault is one thing wrong with a playbook.
type Fault struct {
	// Path is the field: filters[3].when.any[0].regex
	Path string `json:"path"`
	// Message says what is wrong, Fix what to do.
	Message string `json:"message"`
	Fix     string `json:"fix"`
}
