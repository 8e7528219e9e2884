package access

import (
	"regexp"
	"slices"
	"strings"
)

// The roles that there are from the start.
const (
	// Admin does everything.
	Admin = "admin"
	// Publisher edits the playbook and makes it live.
	Publisher = "publisher"
	// Editor edits the draft and tries it out.
	Editor = "editor"
	// Supervisor sees all conversations and the figures, and steps in.
	Supervisor = "supervisor"
	// Agent works on the conversations of their own teams.
	Agent = "agent"
	// Viewer reads everything but phone numbers.
	Viewer = "viewer"
)

// Role is a name for what somebody may do.
type Role struct {
	ID          string
	Permissions Set
}

// BuiltIn lists the roles that are always there and cannot be changed, so that there is
// always one that can administer; from the one that may do most.
func BuiltIn() []Role {
	editor := Set{PlaybookRead, PlaybookWrite, Simulate, ConversationsRead, ContactsRead, ContactsTest, ReportsRead}
	return []Role{
		{Admin, All()},
		{Publisher, append(slices.Clone(editor), PlaybookPublish)},
		{Editor, editor},
		{Supervisor, Set{PlaybookRead, Simulate, ConversationsRead, ConversationsWrite, ContactsRead, ContactsWrite, ReportsRead, ReportsSend, AuditRead}},
		{Agent, Set{PlaybookRead, ConversationsReadTeam, ConversationsWrite, ContactsRead, ReportsRead}},
		{Viewer, Set{PlaybookRead, Simulate, ConversationsRead, ContactsRead, ReportsRead, AuditRead, DeadLettersRead, RolesRead}},
	}
}

// Roles lists the ids of the built-in roles.
func Roles() []string {
	var ids []string
	for _, r := range BuiltIn() {
		ids = append(ids, r.ID)
	}
	return ids
}

// Permissions lists what a built-in role may do; nothing for another.
func Permissions(role string) Set {
	for _, r := range BuiltIn() {
		if r.ID == role {
			return r.Permissions
		}
	}
	return nil
}

// roleForm is how a role's id looks. Claims and groups hold many other words.
var roleForm = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// IsRoleID reports whether a role could be called so: small letters, digits, _ and -, up
// to 40, a letter first, and not team-…, which stands for a team in the name of a group.
func IsRoleID(id string) bool {
	return roleForm.MatchString(id) && !strings.HasPrefix(id, teamWord)
}
