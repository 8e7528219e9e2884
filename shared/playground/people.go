package playground

import (
	"fmt"
	"sync"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox"
)

// Persona is somebody to write as. On WeChat the UserID is the external_userid of a
// customer, or the userid of a member of staff.
type Persona struct {
	sandbox.Customer
	// Kind is new, returning, username or member: the note beside the name.
	Kind string
}

// Personas are three made-up people on WhatsApp: one who writes for the first time, one
// who comes back, one with a username and no phone number.
func Personas() []Persona {
	return []Persona{
		{sandbox.Customer{Phone: "16505551234", UserID: "US.13491208655302741918", Name: "Sheena Nelson"}, "new"},
		{sandbox.Customer{Phone: "16505555678", UserID: "US.24580031197764250013", Name: "林小雨"}, "returning"},
		{sandbox.Customer{UserID: "US.35718829046510037742", Name: "Owl", Username: "night_owl"}, "username"},
	}
}

// WeChatUsers are two made-up customers on WeChat, Members two made-up members of staff.
func WeChatUsers() []Persona {
	return []Persona{
		{sandbox.Customer{UserID: "wmEXAMPLE0001", Name: "陈示例"}, "new"},
		{sandbox.Customer{UserID: "wmEXAMPLE0002", Name: "Robin Sample"}, "new"},
	}
}

// Members: see [WeChatUsers].
func Members() []Persona {
	return []Persona{
		{sandbox.Customer{UserID: "zhang", Name: "张样本"}, "member"},
		{sandbox.Customer{UserID: "lee", Name: "Lee Example"}, "member"},
	}
}

// persona is a Persona as the page knows it.
type persona struct {
	ID       string `json:"id"`
	Line     string `json:"line"`
	Name     string `json:"name"`
	Phone    string `json:"phone,omitempty"`
	Username string `json:"username,omitempty"`
	Kind     string `json:"kind"`
	// Conversation is the id under which the desk knows them.
	Conversation string `json:"conversation"`

	customer sandbox.Customer
}

const maxPersonas = 50 // of one line

// crowd are the people of one line: who was there from the beginning, and who was added.
type crowd struct {
	line    string
	prefix  string // of their ids
	channel string
	user    string // prefix of the user ids of people who are added; nobody can be when empty
	given   int    // from the beginning

	mu  sync.Mutex
	all []persona
}

func (c *crowd) with(people []Persona) *crowd {
	c.given = len(people)
	for _, one := range people {
		c.join(one)
	}
	return c
}

func (c *crowd) join(one Persona) persona {
	p := persona{
		ID: fmt.Sprint(c.prefix, len(c.all)+1), Line: c.line, Name: one.Name, Phone: one.Phone, Username: one.Username, Kind: one.Kind,
		Conversation: conversation.ID(c.channel, message.Person{UserID: one.UserID, Phone: one.Phone}), customer: one.Customer,
	}
	c.all = append(c.all, p)
	return p
}

// add makes somebody who has never written before; false when nobody more fits.
func (c *crowd) add(id string) (persona, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.user == "" || len(c.all) >= maxPersonas {
		return persona{}, false
	}
	guest := fmt.Sprint("Guest ", len(c.all)+1-c.given)
	return c.join(Persona{sandbox.Customer{UserID: c.user + id, Name: guest}, "new"}), true
}

func (c *crowd) people() []persona {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]persona(nil), c.all...)
}

// idOf is the persona's id of a customer; empty for a stranger.
func (c *crowd) idOf(who sandbox.Customer) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.all {
		if same(one.customer, who) {
			return one.ID
		}
	}
	return ""
}

// same says whether two records are the same person.
func same(a, b sandbox.Customer) bool {
	if a.UserID != "" && b.UserID != "" {
		return a.UserID == b.UserID
	}
	return a.Phone != "" && a.Phone == b.Phone
}
