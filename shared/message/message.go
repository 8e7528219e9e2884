// Package message holds the words that cross the door: what a channel tells us
// ([Inbound], [Receipt], [Notice]) and what we tell a channel ([Outgoing]).
//
// It is the end of the import chain: plain values, no behaviour of any one
// channel, no store, no clock. Adapters fill these values in; every later step
// reads them.
package message

import (
	"encoding/json"
	"time"
)

// Kind says which vendor and product a channel belongs to.
type Kind string

// The kinds of channel that FRONTDESK_CHANNELS can name.
const (
	WhatsApp Kind = "whatsapp"
	// WeComKF is an account of WeChat customer service, WeComApp a self-built app.
	WeComKF  Kind = "wecom_kf"
	WeComApp Kind = "wecom_app"
	// WeComBot is an AI bot (智能机器人) that staff write to, alone or in a group.
	WeComBot Kind = "wecom_bot"
	// WeComRobot pushes into one group (消息推送), WeComGroup writes to a group that an app
	// has made (appchat). Nobody can write to either: they take notices.
	WeComRobot Kind = "wecom_robot"
	WeComGroup Kind = "wecom_group"
	// Webhook is an address of a company's own program, which takes notices, too.
	Webhook Kind = "webhook"
)

// Notices reports whether a channel of this kind takes notices to teams, and nothing else.
func (k Kind) Notices() bool { return k == WeComRobot || k == WeComGroup || k == Webhook }

// Person is a contact as the channel names them. At least one of UserID and
// Phone is set on anything that a person sent.
type Person struct {
	// UserID is the channel's own id: WhatsApp's business-scoped user id
	// ("US.1349…"), KF's external_userid, a WeCom userid.
	UserID string `json:"user_id,omitempty"`
	// ParentID is WhatsApp's parent_user_id, for linked portfolios.
	ParentID string `json:"parent_user_id,omitempty"`
	// Phone is the number in digits without a plus. People with a username may
	// have none.
	Phone string `json:"phone,omitempty"`
	// Name is the profile name, Username the public handle. Both are what the
	// person typed and are never trusted.
	Name     string `json:"name,omitempty"`
	Username string `json:"username,omitempty"`
}

// Known reports whether the person can be identified at all.
func (p Person) Known() bool { return p.UserID != "" || p.Phone != "" }

// Inbound is one message from a contact, of any type.
type Inbound struct {
	// Channel is the id of the channel in FRONTDESK_CHANNELS.
	Channel string `json:"channel"`
	// ID is the channel's message id (wamid, msgid): the key that repeated
	// deliveries share.
	ID   string    `json:"id"`
	From Person    `json:"from"`
	Time time.Time `json:"time"`
	// Type is the channel's own word: text, image, interactive, button,
	// reaction, system, unsupported, … An unknown type is kept, never refused.
	Type string `json:"type"`
	// Text is what the customer wrote or tapped, for filters to match: the body,
	// a caption, a button's title, a place's name. Empty when there is none.
	Text string `json:"text,omitempty"`
	// Choice is the id of the tapped button, list row or template button.
	Choice string `json:"choice,omitempty"`
	// ReplyTo is the channel's id of the message that this one answers or reacts to.
	ReplyTo string `json:"reply_to,omitempty"`
	// Group is the group's id when the message was written in a group.
	Group string `json:"group,omitempty"`
	// Return is where the channel wants the answer to this message, when it names a place
	// (the response_url of an AI bot). It is a credential: never log it.
	Return string `json:"return,omitempty"`
	// Previous is who this contact was before, when the message says that a
	// number or an id has changed.
	Previous *Person `json:"previous,omitempty"`
	// Body is the object that stands under the type's name, as received. It is
	// left out when Text and Choice already say all of it.
	Body json.RawMessage `json:"body,omitempty"`
	// Extra keeps every field of the message that we do not know.
	Extra map[string]json.RawMessage `json:"extra,omitempty"`
}

// Status is what a channel says of a message that we sent.
type Status string

// The statuses in their order; Failed is final.
const (
	Sent      Status = "sent"
	Delivered Status = "delivered"
	Read      Status = "read"
	Played    Status = "played"
	Failed    Status = "failed"
)

// Rank orders statuses: a later one never lowers an earlier one. An unknown
// status has rank 0 and changes nothing.
func (s Status) Rank() int {
	switch s {
	case Sent:
		return 1
	case Delivered:
		return 2
	case Read:
		return 3
	case Played:
		return 4
	case Failed:
		return 5
	}
	return 0
}

// Receipt is what a channel says later of a message that we sent.
type Receipt struct {
	Channel string `json:"channel"`
	// ID is the channel's id of our message (wamid).
	ID string `json:"id"`
	// Ref is our own reference, given when sending (biz_opaque_callback_data,
	// KF msgid). Empty for messages that something else sent.
	Ref       string    `json:"ref,omitempty"`
	Status    Status    `json:"status"`
	Time      time.Time `json:"time"`
	Recipient Person    `json:"recipient"`
	// Participant is the member of a group that this receipt is about.
	Participant string                     `json:"participant,omitempty"`
	Faults      []Fault                    `json:"faults,omitempty"`
	Pricing     *Pricing                   `json:"pricing,omitempty"`
	Extra       map[string]json.RawMessage `json:"extra,omitempty"`
}

// Fault is one error as a channel words it.
type Fault struct {
	Code    int    `json:"code"`
	Title   string `json:"title,omitempty"`
	Details string `json:"details,omitempty"`
}

// Pricing is what a WhatsApp status says of the price of a message.
type Pricing struct {
	Billable bool   `json:"billable"`
	Model    string `json:"model,omitempty"`
	Type     string `json:"type,omitempty"`
	Category string `json:"category,omitempty"`
}

// Notice is anything else a channel tells us (account alerts, template status,
// marketing preferences, errors). It is kept as received.
type Notice struct {
	// Account is the business account (WABA id) that it concerns.
	Account string `json:"account"`
	// Channel is set when the notice names one of our channels.
	Channel string          `json:"channel,omitempty"`
	Field   string          `json:"field"`
	Time    time.Time       `json:"time"`
	Value   json.RawMessage `json:"value"`
	// Preferences are the wishes of contacts that the notice tells of.
	Preferences []Preference `json:"preferences,omitempty"`
	// People is how many people the account may write to outside service windows in 24
	// hours, when the notice says so: -1 for no limit.
	People int `json:"people,omitempty"`
}

// Preference is whether a contact wants marketing messages.
type Preference struct {
	From Person    `json:"from"`
	Stop bool      `json:"stop"`
	Time time.Time `json:"time"`
}

// Report is one job of the receipts queue: exactly one field is set.
type Report struct {
	Receipt *Receipt `json:"receipt,omitempty"`
	Notice  *Notice  `json:"notice,omitempty"`
}

// Shape is the form a reply takes on the channel.
type Shape string

// The shapes that a template variant can have.
const (
	ShapeText    Shape = "text"
	ShapeButtons Shape = "buttons"
	ShapeList    Shape = "list"
	// ShapeMarkdown is a text with WeCom's subset of Markdown.
	ShapeMarkdown Shape = "markdown"
	// ShapeCard is a title, a text and one link.
	ShapeCard Shape = "card"
	// ShapeNews is one to eight articles with links.
	ShapeNews Shape = "news"
	// ShapeApproved is a WhatsApp template that Meta has approved: the only
	// thing that may be sent when the service window is shut.
	ShapeApproved Shape = "approved"
)

// Content is a rendered reply, ready to be sent, in no channel's own format.
type Content struct {
	Shape  Shape  `json:"shape"`
	Header string `json:"header,omitempty"`
	Text   string `json:"text,omitempty"`
	Footer string `json:"footer,omitempty"`
	// Buttons are the choices of ShapeButtons (WhatsApp: at most 3).
	Buttons []Choice `json:"buttons,omitempty"`
	// Open is the label that opens the list of ShapeList.
	Open     string    `json:"open,omitempty"`
	Sections []Section `json:"sections,omitempty"`
	// Link is that of ShapeCard, whose title is Header.
	Link *Link `json:"link,omitempty"`
	// Articles are those of ShapeNews.
	Articles []Article `json:"articles,omitempty"`
	// Media is the file of ShapeImage, ShapeVideo, ShapeDocument and ShapeAudio, or what
	// stands above the text of ShapeButtons and ShapeCard in the place of Header.
	Media    *Media    `json:"media,omitempty"`
	Approved *Approved `json:"approved,omitempty"`
}

// Link is an address (https) and the words that open it.
type Link struct {
	URL   string `json:"url"`
	Label string `json:"label,omitempty"`
}

// Article is one entry of ShapeNews. Picture is an address, too.
type Article struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url"`
	Picture     string `json:"picture,omitempty"`
}

// Choice is one button or list row. ID comes back as [Inbound.Choice].
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

// Marketing is the category of approved templates that a contact can opt out of.
const Marketing = "marketing"

// Outgoing is one message to send.
type Outgoing struct {
	Channel string
	To      Person
	Content Content
	// Ref is our own id of the reply. It comes back in receipts, which is how a
	// send whose answer was lost is recognised.
	Ref string
	// Return, Group and Heard are those of the message that it answers: [Inbound.Return],
	// [Inbound.Group] and [Inbound.Time]. All are empty for a message that answers none.
	Return string
	Group  string
	Heard  time.Time
	// Again says that it was asked for before under this Ref, and that nobody knows
	// whether it went out.
	Again bool
	// ReplyTo quotes a message of the contact, by the channel's id. Optional.
	ReplyTo string
}
