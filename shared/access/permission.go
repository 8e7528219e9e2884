package access

import "slices"

// The permissions. Each operation of the admin API needs one.
const (
	PlaybookRead = "playbook:read"
	// PlaybookWrite is to edit the draft, and includes the next three, which are to edit
	// one kind of thing in it.
	PlaybookWrite  = "playbook:write"
	TemplatesWrite = "templates:write"
	FiltersWrite   = "filters:write"
	HoursWrite     = "hours:write"
	// PlaybookPublish is to make the draft, or an old version, answer customers.
	PlaybookPublish = "playbook:publish"
	Simulate        = "simulate"
	// ConversationsRead is to see all conversations. ConversationsReadTeam, which it
	// includes, is to see those of one's own teams: whoever has only that sees
	// contacts and reports of their teams alone, too, and changes no others.
	ConversationsRead     = "conversations:read"
	ConversationsReadTeam = "conversations:read_team"
	ConversationsWrite    = "conversations:write"
	ContactsRead          = "contacts:read"
	// ContactsNumbers shows phone numbers and raw message bodies.
	ContactsNumbers = "contacts:numbers"
	// ContactsWrite is to say what the company's own systems know of a contact.
	ContactsWrite = "contacts:write"
	// ContactsTest is to say which contacts the draft answers.
	ContactsTest = "contacts:test"
	// ContactsErase is to erase a person.
	ContactsErase    = "contacts:erase"
	ReportsRead      = "reports:read"
	ReportsWrite     = "reports:write" // who gets the weekly mail
	ReportsSend      = "reports:send"
	AuditRead        = "audit:read"
	DeadLettersRead  = "deadletters:read"
	DeadLettersWrite = "deadletters:write"
	RolesRead        = "roles:read"
	RolesWrite       = "roles:write"
)

// All lists every permission that there is, in the order in which people are shown them.
func All() []string {
	return []string{
		PlaybookRead, PlaybookWrite, TemplatesWrite, FiltersWrite, HoursWrite, PlaybookPublish, Simulate,
		ConversationsRead, ConversationsReadTeam, ConversationsWrite, ContactsRead, ContactsNumbers, ContactsWrite, ContactsTest, ContactsErase,
		ReportsRead, ReportsWrite, ReportsSend, AuditRead, DeadLettersRead, DeadLettersWrite, RolesRead, RolesWrite,
	}
}

// Set is what somebody may do. The zero value is nothing.
type Set []string

// includes maps a permission to the one that includes it.
func includes(permission string) string {
	switch permission {
	case TemplatesWrite, FiltersWrite, HoursWrite:
		return PlaybookWrite
	case ConversationsReadTeam:
		return ConversationsRead
	}
	return permission
}

// May reports whether a permission is in the set, itself or in a wider one.
func (s Set) May(permission string) bool {
	return slices.Contains(s, permission) || slices.Contains(s, includes(permission))
}

// Lacks returns the first of these permissions that the set does not give; empty when it
// gives them all.
func (s Set) Lacks(permissions Set) string {
	for _, p := range permissions {
		if !s.May(p) {
			return p
		}
	}
	return ""
}

// Narrowed reports whether only the conversations of one's own teams may be seen.
func (s Set) Narrowed() bool { return s.May(ConversationsReadTeam) && !s.May(ConversationsRead) }

// Known reports whether there is such a permission.
func Known(permission string) bool { return slices.Contains(All(), permission) }

// MissingRead returns what a role must be able to read as well to make sense: whoever
// works on conversations or sees contacts must see all conversations or their teams', or
// it would not be known whose they may touch. Empty when nothing is missing.
func (s Set) MissingRead() string {
	if s.May(ConversationsReadTeam) {
		return ""
	}
	for _, p := range []string{ConversationsWrite, ContactsRead, ContactsNumbers, ContactsWrite, ContactsTest, ContactsErase} {
		if s.May(p) {
			return p
		}
	}
	return ""
}
