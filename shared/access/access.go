// Package access says who may do what through the admin API, and who somebody
// is: by a token of this machine ([Signer]), by the claims that API Gateway has
// verified ([FromClaims]), or by an OpenID Connect provider (package oidc).
//
// A request is let in, in this order: it names somebody (else 401), that
// somebody has a role (else 403), and the role has the permission of the
// operation (else 403).
//
// Viewers are people who judge how the desk answers. They read everything that is
// needed for that, message texts included, because a reply cannot be judged
// without its question. They never see a phone number ([Mask]), nor the raw body
// of a message, nor the text of a channel's system message, which hold numbers.
package access

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// The permissions. Each operation of the admin API needs exactly one.
const (
	PlaybookRead       = "playbook:read"
	PlaybookWrite      = "playbook:write"
	PlaybookPublish    = "playbook:publish"
	Simulate           = "simulate"
	ConversationsRead  = "conversations:read"
	ConversationsWrite = "conversations:write"
	ContactsRead       = "contacts:read"
	// ContactsNumbers shows phone numbers and raw message bodies.
	ContactsNumbers  = "contacts:numbers"
	ReportsRead      = "reports:read"
	ReportsWrite     = "reports:write" // who gets the weekly mail
	ReportsSend      = "reports:send"
	AuditRead        = "audit:read"
	DeadLettersRead  = "deadletters:read"
	DeadLettersWrite = "deadletters:write"
)

// The roles.
const (
	Admin  = "admin"
	Viewer = "viewer"
)

// Roles lists the roles there are.
func Roles() []string { return []string{Admin, Viewer} }

// Permissions lists what a role may do; nothing for a role that there is not.
func Permissions(role string) []string {
	reads := []string{PlaybookRead, Simulate, ConversationsRead, ContactsRead, ReportsRead, AuditRead, DeadLettersRead}
	switch role {
	case Viewer:
		return reads
	case Admin:
		return append(reads, PlaybookWrite, PlaybookPublish, ConversationsWrite, ContactsNumbers,
			ReportsWrite, ReportsSend, DeadLettersWrite)
	}
	return nil
}

// Identity is somebody who was let in.
type Identity struct {
	// Name is how the audit calls them.
	Name string
	Role string
}

// May reports whether the identity's role has a permission.
func (i Identity) May(permission string) bool {
	return slices.Contains(Permissions(i.Role), permission)
}

// Why somebody is not let in. The texts are for people.
var (
	// ErrNoToken: the request names nobody.
	ErrNoToken = errors.New("there is no token: send the header Authorization: Bearer TOKEN")
	// ErrToken: the token was not made here, or was changed.
	ErrToken = errors.New("the token is not valid: it was not made by this desk, or was cut when it was copied")
	// ErrExpired: the token was valid once.
	ErrExpired = errors.New("the token has expired: ask for a new one")
	// ErrNoRole: we know who it is, and they have no role here.
	ErrNoRole = errors.New("you are signed in and have no role at this desk: ask for admin or viewer")
	// ErrUnavailable: whoever signs people in cannot be asked now.
	ErrUnavailable = errors.New("the sign-in service cannot be reached: try again in a minute")
)

// Bearer returns the token of a request, or [ErrNoToken].
func Bearer(r *http.Request) (string, error) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !ok || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", ErrNoToken
	}
	return token, nil
}

// Mask hides the middle of a phone number (digits, no plus): +165•••1234. What is
// too short to have a middle is hidden whole.
func Mask(phone string) string {
	const first, last = 3, 4
	if phone == "" {
		return ""
	}
	if len(phone) < first+last+2 {
		return "•••"
	}
	return "+" + phone[:first] + "•••" + phone[len(phone)-last:]
}
