package whatsapp

import (
	"encoding/json"

	"frontdesk/shared/message"
)

// contact is one element of value.contacts.
type contact struct {
	person  message.Person
	unknown []unknown
}

// contacts reads value.contacts; what is not a list of objects gives nothing.
func contacts(raw []byte) []contact {
	var all []contact
	for c := list(raw); c.next(); {
		all = append(all, readContact(c.value))
	}
	return all
}

func readContact(raw []byte) (c contact) {
	for f := object(raw); f.next(); {
		switch string(f.key) {
		case "wa_id":
			addressed(&c.person, text(f.value))
		case "user_id":
			c.person.UserID = text(f.value)
		case "parent_user_id":
			c.person.ParentID = text(f.value)
		case "profile":
			c.profile(f.value)
		default:
			c.unknown = append(c.unknown, unknown{"contact." + string(f.key), f.value})
		}
	}
	return c
}

func (c *contact) profile(raw []byte) {
	for f := object(raw); f.next(); {
		switch string(f.key) {
		case "name":
			c.person.Name = text(f.value)
		case "username":
			c.person.Username = text(f.value)
		default:
			c.unknown = append(c.unknown, unknown{"contact.profile." + string(f.key), f.value})
		}
	}
}

// introduce completes a person from the contact that has the same user id, else
// the same phone number. The position in the list means nothing: Meta documents
// lists of one only.
func introduce(p *message.Person, people []contact, extra map[string]json.RawMessage) map[string]json.RawMessage {
	c := find(*p, people)
	if c == nil {
		return extra
	}
	p.UserID = or(p.UserID, c.person.UserID)
	p.ParentID = or(p.ParentID, c.person.ParentID)
	p.Phone = or(p.Phone, c.person.Phone)
	p.Name, p.Username = c.person.Name, c.person.Username
	for _, u := range c.unknown {
		extra = with(extra, u.key, u.raw)
	}
	return extra
}

func find(p message.Person, people []contact) *contact {
	for i := range people {
		if p.UserID != "" && people[i].person.UserID == p.UserID {
			return &people[i]
		}
	}
	for i := range people {
		if p.Phone != "" && people[i].person.Phone == p.Phone {
			return &people[i]
		}
	}
	return nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// addressed puts an address where it belongs: digits are a phone number, anything
// else ("US.1349…") a user id, should Meta ever write one in the number's place.
func addressed(p *message.Person, address string) {
	if len(address) > 0 && address[0] == '+' {
		address = address[1:]
	}
	if isDigits(address) {
		p.Phone = address
	} else {
		p.UserID = or(p.UserID, address)
	}
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
