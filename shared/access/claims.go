package access

import (
	"slices"
	"strings"
)

// Groups that begin with groupPrefix stand for a role where somebody else signs people
// in: frontdesk-admin. With teamWord behind it they stand for a team:
// frontdesk-team-care. Cognito has nothing but groups in its access tokens.
const (
	groupPrefix = "frontdesk-"
	teamWord    = "team-"
)

// maxNamed is how many roles, and how many teams, of one person are looked at.
const maxNamed = 50

// FromClaims tells who the bearer of a verified token is. Roles are what the claims
// frontdesk_role, frontdesk_roles and role name, and the groups frontdesk-ROLE in
// groups or cognito:groups; teams what the claims frontdesk_teams and teams name, and the
// groups frontdesk-team-TEAM. Whether there is such a role is for the caller to find out.
// The name is the first of email, preferred_username, cognito:username, username,
// name, sub that is there; an address that is not verified does not count.
//
// API Gateway flattens lists to "[a b]" (AWS, "Control access to HTTP APIs with
// JWT authorizers").
//
// Attributes of one's own (custom:…) are not read: in Cognito people may write theirs.
//
// No claims at all: [ErrNoToken]. Nothing among them that could be a role: [ErrNoRole].
func FromClaims(claims map[string]string) (Identity, error) {
	if len(claims) == 0 {
		return Identity{}, ErrNoToken
	}
	roles, teams := named(claims, "frontdesk_role", "frontdesk_roles", "role"), named(claims, "frontdesk_teams", "teams")
	for _, group := range named(claims, "groups", "cognito:groups") {
		word, ours := strings.CutPrefix(group, groupPrefix)
		team, isTeam := strings.CutPrefix(word, teamWord)
		switch {
		case isTeam && ours:
			teams = append(teams, team)
		case ours:
			roles = append(roles, word)
		}
	}
	roles = slices.DeleteFunc(roles, func(id string) bool { return !IsRoleID(id) })
	who := Identity{Name: nameOf(claims), Roles: distinct(roles), Teams: Teams(teams)}
	if len(who.Roles) == 0 {
		return who, ErrNoRole
	}
	return who, nil
}

// named reads the words of several claims.
func named(claims map[string]string, names ...string) []string {
	var out []string
	for _, name := range names {
		out = append(out, words(claims[name])...)
	}
	return out
}

// distinct sorts, drops what is named twice, and keeps the first maxNamed.
func distinct(list []string) []string {
	slices.Sort(list)
	list = slices.Compact(list)
	return slices.Clip(list[:min(len(list), maxNamed)])
}

// maxTeam bounds the id of a team, in bytes; those of the playbook are shorter.
const maxTeam = 100

// Teams cleans a list of team ids: without empty and endless ones, sorted, each once.
func Teams(ids []string) []string {
	var out []string
	for _, id := range ids {
		if id = Name(id); id != "" && len(id) <= maxTeam {
			out = append(out, id)
		}
	}
	return distinct(out)
}

func nameOf(claims map[string]string) string {
	for _, claim := range []string{"email", "preferred_username", "cognito:username", "username", "name", "sub"} {
		if claim == "email" && claims["email_verified"] == "false" {
			continue
		}
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
