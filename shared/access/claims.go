package access

import (
	"slices"
	"strings"
)

// The groups that stand for the roles where somebody else signs people in.
const (
	AdminGroup  = "frontdesk-admin"
	ViewerGroup = "frontdesk-viewer"
)

// FromClaims tells who the bearer of a verified token is. The role is, in this
// order: the claim frontdesk_role, the claim role, or a group in groups or
// cognito:groups (frontdesk-admin, frontdesk-viewer). With several the one that
// may do most counts. The name is the first of email, preferred_username,
// cognito:username, name, sub that is there.
//
// API Gateway flattens lists to "[a b]" (AWS, "Control access to HTTP APIs with
// JWT authorizers").
//
// No claims at all: [ErrNoToken]. No role among them: [ErrNoRole].
func FromClaims(claims map[string]string) (Identity, error) {
	if len(claims) == 0 {
		return Identity{}, ErrNoToken
	}
	who := Identity{Name: nameOf(claims)}
	roles := append(words(claims["frontdesk_role"]), words(claims["role"])...)
	for _, claim := range []string{"groups", "cognito:groups"} {
		for _, group := range words(claims[claim]) {
			if role, ok := map[string]string{AdminGroup: Admin, ViewerGroup: Viewer}[group]; ok {
				roles = append(roles, role)
			}
		}
	}
	for _, role := range Roles() { // from the one that may do most
		if slices.Contains(roles, role) {
			who.Role = role
			return who, nil
		}
	}
	return who, ErrNoRole
}

func nameOf(claims map[string]string) string {
	for _, claim := range []string{"email", "preferred_username", "cognito:username", "name", "sub"} {
		if name := Name(claims[claim]); name != "" {
			return name
		}
	}
	return "unknown"
}

// words reads a claim that is one word or a flattened list.
func words(claim string) []string {
	claim = strings.TrimSpace(claim)
	if inside, ok := strings.CutPrefix(claim, "["); ok {
		claim = strings.TrimSuffix(inside, "]")
	}
	return strings.FieldsFunc(claim, func(r rune) bool { return r == ' ' || r == ',' || r == '"' })
}

// maxName is how much of a name the audit keeps, in characters.
const maxName = 100

// Name makes one short printable line of what somebody calls themselves.
func Name(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 }), " ")
	if r := []rune(s); len(r) > maxName {
		return string(r[:maxName])
	}
	return s
}
