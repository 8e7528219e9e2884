package main

import (
	"math/rand/v2"
	"strconv"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/week"
)

// day is one made-up day of the company.
type day struct {
	name, week string
	start      time.Time
	seed       uint64
}

func newDay(name string, seed uint64, zone *time.Location) (day, error) {
	start, _, err := week.Bounds(name, zone)
	if err != nil {
		return day{}, err
	}
	w, err := week.OfDay(name)
	return day{name, w, start, seed}, err
}

// pairs is how many questions, each with an answer, the conversations of a day have in
// turn: five on average, so ten messages.
var pairs = [...]int{1, 5, 2, 9, 3, 5, 8, 4, 7, 6}

// perConversation is how many messages a conversation has on average.
const perConversation = 10

// talk is what one conversation did on a day.
type talk struct {
	head     conversation.Head
	messages []conversation.Message
	receipts []conversation.Receipt
}

// maker makes one conversation, message by message.
type maker struct {
	day    day
	chance *rand.Rand
	at     time.Time
	person message.Person
	talk
}

func personOf(n int) message.Person {
	return message.Person{Phone: "1650" + strconv.Itoa(10_000_000+n), Name: "zhang"}
}

// talk makes conversation n of a day. The same day, n, channel and team give the same.
func (d day) talk(n int, at cell) talk {
	m := maker{day: d, chance: rand.New(rand.NewPCG(d.seed, uint64(n))), person: personOf(n)}
	m.at = d.start.Add(morning(m.chance))
	home := conversation.ID(at.channel, m.person)
	m.head = conversation.Head{
		ID: home, Home: home, Channel: at.channel, Team: at.team, Status: conversation.Resolved, Opened: m.at, First: m.at, Day: d.name,
		Contact: conversation.Contact{Person: m.person, Language: pick(m.chance, languages)}, Tags: []string{pick(m.chance, tags)},
	}
	people := m.chance.IntN(5) == 0
	for i := range pairs[n%len(pairs)] {
		m.pair(i, people && i > 0)
	}
	m.head.LastInbound = m.at
	return m.talk
}

// morning is when a conversation begins: between 7 and 21 o'clock, most of them by noon.
func morning(chance *rand.Rand) time.Duration {
	hours := 7 + 7*(chance.Float64()+chance.Float64())
	return time.Duration(hours * float64(time.Hour)).Truncate(time.Millisecond)
}

// pair adds a question and what answered it.
func (m *maker) pair(i int, people bool) {
	m.pause(90 * time.Second)
	in := m.message(conversation.In)
	in.ChannelID, in.Text, in.Filter, in.Outcome = "wamid."+in.ID, pick(m.chance, questions), pick(m.chance, filters), conversation.Replied
	f := &in.Facts
	f.FirstOfDay, f.FirstOfWeek, f.Opened = i == 0, i == 0 && m.chance.IntN(3) > 0, i == 0
	f.FirstEver = f.FirstOfWeek && m.chance.IntN(4) == 0
	f.Tags, f.Language = m.head.Tags, m.head.Contact.Language
	since := m.at
	switch {
	case people:
		in.Outcome, in.Filter = conversation.HandedOff, "fallback"
		m.pause(20 * time.Minute)
	case m.chance.IntN(12) == 0:
		in.Outcome, in.Filter = conversation.Unanswered, ""
		in.Text += " " + pick(m.chance, questions)
	}
	out := m.answer(in, since, people)
	if in.Outcome == conversation.Replied {
		in.Claim = &conversation.Claim{Until: since.Add(15 * time.Second), By: out.ID[:12], Attempt: 1, ReplyID: out.ID, Since: since, Asked: true,
			Content: message.Content{Shape: message.ShapeText, Text: pick(m.chance, answers)}}
	}
	m.messages = append(m.messages, in, out)
	m.receive(out)
}

// answer is a template's or a person's; where nobody answers it comes from the company's own systems.
func (m *maker) answer(in conversation.Message, since time.Time, people bool) conversation.Message {
	m.pause(3 * time.Second)
	out := m.message(conversation.Out)
	out.ChannelID = "wamid." + out.ID
	f := &out.Facts
	f.Waited = m.at.Sub(since).Milliseconds()
	f.WaitedOpen = f.Waited / 2
	switch {
	case people:
		out.Source, f.Answers, f.Agent = conversation.ByAgent, true, pick(m.chance, agents)
		f.First, f.Promise = m.chance.IntN(3) == 0, conversation.PromiseMet
		out.Content = &message.Content{Shape: message.ShapeText, Text: pick(m.chance, answers)}
	case in.Outcome == conversation.Replied:
		out.Source, out.InReplyTo, out.Template = conversation.ByFilter, in.ID, in.Filter+"-reply"
		f.Answers, f.ByBot, f.First = true, true, in.Facts.Opened
	default:
		out.Source, *f = conversation.BySystem, conversation.Facts{Day: f.Day, Week: f.Week, Hour: f.Hour, Team: f.Team}
		out.Content = &message.Content{Shape: message.ShapeText, Text: pick(m.chance, answers)}
	}
	return out
}

func (m *maker) message(way conversation.Direction) conversation.Message {
	entropy := []byte{byte(m.chance.Uint32()), byte(m.chance.Uint32()), byte(m.chance.Uint32()), byte(m.chance.Uint32()), 0, 0}
	return conversation.Message{
		ID: conversation.NewID(m.at, entropy), Conversation: m.head.Home, Channel: m.head.Channel, Direction: way, At: m.at.UTC(), Type: "text", Playbook: 7,
		Facts: conversation.Facts{Day: m.day.name, Week: m.day.week, Hour: m.at.Hour(), Team: m.head.Team},
	}
}

// receive adds the receipts of a reply: most are read, one in fifty fails.
func (m *maker) receive(out conversation.Message) {
	came := []message.Status{message.Sent, message.Delivered, message.Read}
	switch chance := m.chance.IntN(50); {
	case chance == 0:
		came = []message.Status{message.Failed}
	case chance < 15:
		came = came[:2]
	}
	for i, status := range came {
		r := conversation.Receipt{ReplyID: out.ID}
		r.Receipt = message.Receipt{Channel: out.Channel, ID: out.ChannelID, Status: status, Time: out.At.Add(time.Duration(i+1) * time.Second).Truncate(time.Second), Recipient: m.person}
		if status == message.Failed {
			r.Faults = []message.Fault{{Code: 131026, Title: "Message undeliverable"}}
		}
		if status == message.Delivered {
			r.Pricing = &message.Pricing{Billable: m.chance.IntN(9) == 0, Model: "PMP", Type: "regular", Category: "service"}
		}
		m.receipts = append(m.receipts, r)
	}
}

// pause lets time pass: rarely much, and at least a millisecond, so that ids differ.
func (m *maker) pause(usual time.Duration) {
	m.at = m.at.Add(time.Millisecond + time.Duration(m.chance.ExpFloat64()*float64(usual)).Truncate(time.Millisecond))
}

func pick(chance *rand.Rand, from []string) string { return from[chance.IntN(len(from))] }
