// Package access says who may do what through the admin API, and who somebody
// is: by a token of this machine ([Signer]), by the claims that API Gateway has
// verified ([FromClaims]), or by an OpenID Connect provider (package oidc).
//
// A request is let in, in this order: it names somebody (else 401), they have shown a
// second factor where one is required (else 403, [Factor]), that somebody has a role (else 403),
// and their roles have the permission of the operation (else 403).
//
// Permissions are strings, and a role is a name for some of them. The roles in
// [BuiltIn] cannot be changed; a company adds its own, which are stored by package
// record and looked up by package admin. Somebody with several roles may do what any
// of them allows.
//
// Viewers are people who judge how the desk answers. They read everything that is
// needed for that, message texts included, because a reply cannot be judged
// without its question. They never see a phone number ([Mask]), nor the raw body
// of a message, nor the text of a channel's system message, which hold numbers.
package access

import (
	"errors"
	"net/http"
	"strings"
)

// Identity is somebody who was let in.
type Identity struct {
	// Name is how the audit calls them.
	Name string
	// Roles are the ids of their roles: built-in ones, or a company's own, which may
	// have been deleted meanwhile.
	Roles []string
	// Teams are the teams of the playbook that they belong to. They matter to those who
	// may see their teams' conversations only ([ConversationsReadTeam]).
	Teams []string
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
	ErrNoRole = errors.New("you are signed in and have no role at this desk: ask an admin for one")
	// ErrOneFactor: whoever signed them in does not say that they showed a second factor.
	ErrOneFactor = errors.New("your sign-in does not show a second factor: switch one on for your account and sign in with it; docs/config.md says what the sign-in service must tell (FRONTDESK_OIDC_REQUIRE_MFA)")
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
