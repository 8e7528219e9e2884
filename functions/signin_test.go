package functions

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/access"
)

// The answers that matter to signing in.
var (
	aPool    = map[string]string{}
	anIssuer = map[string]string{"OidcIssuer": "https://login.example.com", "OidcAudience": "desk"}
	nobody   = map[string]string{"CreateUserPool": "no"}
	pages    = map[string]string{"SignInDomain": "example-desk", "ConsoleURL": "https://desk.example.com/"}
)

// TestTheUserPoolGivesNoTokenForAPasswordAlone holds everything that makes it so.
func TestTheUserPoolGivesNoTokenForAPasswordAlone(t *testing.T) {
	s := deploy(t, aPool)
	for property, want := range map[string]any{
		"MfaConfiguration":            "ON",
		"EnabledMfas":                 []any{"SOFTWARE_TOKEN_MFA"},
		"AdminCreateUserConfig":       object{"AllowAdminCreateUserOnly": "true"},
		"UserAttributeUpdateSettings": object{"AttributesRequireVerificationBeforeUpdate": []any{"email"}},
		"DeletionProtection":          "ACTIVE",
		"UsernameAttributes":          nil, // the user name stays, so the audit does not change people's names
	} {
		if d := cmp.Diff(want, s.property("SignIn", property)); d != "" {
			t.Errorf("%s (-want +got):\n%s", property, d)
		}
	}
	policy := s.property("SignIn", "Policies").(object)["PasswordPolicy"].(object)
	if n, err := strconv.Atoi(policy["MinimumLength"].(string)); err != nil || n < 12 {
		t.Errorf("got passwords of %v, want at least 12", policy["MinimumLength"])
	}
	for _, kind := range []string{"Lowercase", "Uppercase", "Numbers", "Symbols"} {
		if policy["Require"+kind] != "true" {
			t.Errorf("passwords need no %s", strings.ToLower(kind))
		}
	}
	if got := s.of("AWS::Cognito::UserPoolIdentityProvider"); len(got) > 0 {
		t.Errorf("got %v, whose people Cognito asks for no second factor", got)
	}
}

// TestTheClientKeepsNoSecretAndWritesNoIdentity: it runs in browsers and on desks.
func TestTheClientKeepsNoSecretAndWritesNoIdentity(t *testing.T) {
	for _, answers := range []map[string]string{aPool, pages} {
		s := deploy(t, answers)
		for property, want := range map[string]any{
			"GenerateSecret":             "false",
			"AllowedOAuthFlows":          []any{"code"}, // never implicit: tokens do not belong in addresses
			"AllowedOAuthScopes":         []any{"openid"},
			"WriteAttributes":            []any{"locale"}, // left out, people could write all of theirs
			"PreventUserExistenceErrors": "ENABLED",
			"EnableTokenRevocation":      "true",
			"UserPoolId":                 ref("SignIn"),
		} {
			if d := cmp.Diff(want, s.property("SignInClient", property)); d != "" {
				t.Errorf("%s (-want +got):\n%s", property, d)
			}
		}
		if flows := list(s.property("SignInClient", "ExplicitAuthFlows")); slices.Contains(flows, "ALLOW_USER_PASSWORD_AUTH") || slices.Contains(flows, "ALLOW_CUSTOM_AUTH") {
			t.Errorf("got flows %v, want none by which anybody sends a password in the clear", flows)
		}
		want := []any{"http://localhost:8976/callback"}
		if answers["ConsoleURL"] != "" {
			want = append(want, ref("ConsoleURL"))
		}
		for _, urls := range []string{"CallbackURLs", "LogoutURLs"} {
			if d := cmp.Diff(any(want), s.property("SignInClient", urls)); d != "" {
				t.Errorf("%s (-want +got):\n%s", urls, d)
			}
		}
	}
}

// TestEveryBuiltInRoleHasItsGroup, and no group stands for a role that there is not.
func TestEveryBuiltInRoleHasItsGroup(t *testing.T) {
	s := deploy(t, aPool)
	var got []string
	for _, name := range s.of("AWS::Cognito::UserPoolGroup") {
		group := s.property(name, "GroupName").(string)
		who, err := access.FromClaims(map[string]string{"cognito:groups": "[" + group + "]", "username": "li"})
		if err != nil || len(who.Roles) != 1 {
			t.Errorf("the group %s names the roles %v, %v", group, who.Roles, err)
		}
		got = append(got, who.Roles...)
	}
	slices.Sort(got)
	if d := cmp.Diff(slices.Sorted(slices.Values(access.Roles())), got); d != "" {
		t.Errorf("roles that have a group (-want +got):\n%s", d)
	}
}

// TestTheAuthorizerTrustsWhoSignsIn, and the function knows the same.
func TestTheAuthorizerTrustsWhoSignsIn(t *testing.T) {
	pool := object{"Fn::GetAtt": "SignIn.ProviderURL"}
	for _, c := range []struct {
		name             string
		answers          map[string]string
		issuer, audience any
		mfa              any
	}{
		{"our pool, which asks for the second factor itself", aPool, pool, ref("SignInClient"), "off"},
		{"an issuer", anIssuer, ref("OidcIssuer"), ref("OidcAudience"), ref("OidcRequireMfa")},
		{"an issuer goes before the pool", with(anIssuer, "CreateUserPool", "yes"), ref("OidcIssuer"), ref("OidcAudience"), ref("OidcRequireMfa")},
	} {
		s := deploy(t, c.answers)
		if d := cmp.Diff(any(object{"Issuer": c.issuer, "Audience": []any{c.audience}}), s.property("Authorizer", "JwtConfiguration")); d != "" {
			t.Errorf("%s: authorizer (-want +got):\n%s", c.name, d)
		}
		env := s.property("AdminFunction", "Environment").(object)["Variables"].(object)
		got := []any{env["FRONTDESK_OIDC_ISSUER"], env["FRONTDESK_OIDC_AUDIENCE"], env["FRONTDESK_OIDC_REQUIRE_MFA"]}
		if d := cmp.Diff([]any{c.issuer, c.audience, c.mfa}, got); d != "" {
			t.Errorf("%s: function (-want +got):\n%s", c.name, d)
		}
		if route := s.resources["AdminRoute"]["Properties"].(object); route["AuthorizationType"] != "JWT" || target(route["AuthorizerId"]) != "Authorizer" {
			t.Errorf("%s: got the route %v, want it behind the authorizer", c.name, route)
		}
	}
	if deploy(t, anIssuer).answers["OidcRequireMfa"] != "on" {
		t.Error("an issuer need not show a second factor by default")
	}
}

func TestWhatIsMadeForSigningIn(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers map[string]string
		admins  bool
		pool    int
		pages   []string
	}{
		{"by default", aPool, true, 1, nil},
		{"with pages", pages, true, 1, []string{"SignInPages"}},
		{"with an issuer", anIssuer, true, 0, nil},
		{"with an issuer, and a domain that was left over", with(anIssuer, "SignInDomain", "x"), true, 0, nil},
		{"nobody", nobody, false, 0, nil},
	} {
		s := deploy(t, c.answers)
		if got := s.resources["AdminFunction"] != nil; got != c.admins || (s.outputs["AdminURL"] != nil) != c.admins {
			t.Errorf("%s: got an admin API: %t, want %t", c.name, got, c.admins)
		}
		if got := s.of("AWS::Cognito::UserPool"); len(got) != c.pool {
			t.Errorf("%s: got the pools %v, want %d", c.name, got, c.pool)
		}
		if c.pool == 0 && len(s.of("AWS::Cognito::*")) > 0 {
			t.Errorf("%s: got %v without a pool", c.name, s.of("AWS::Cognito::*"))
		}
		if d := cmp.Diff(c.pages, s.of("AWS::Cognito::UserPoolDomain")); d != "" {
			t.Errorf("%s: pages (-want +got):\n%s", c.name, d)
		}
		told, _ := s.outputs["FirstAdmin"].(object)
		words := fmt.Sprint(told["Value"])
		if c.pool == 1 && (!strings.Contains(words, "--group-name frontdesk-admin") || !strings.Contains(words, "${SignIn}")) {
			t.Errorf("%s: got %s, want how to make the first admin", c.name, words)
		}
	}
}

// TestThePoolOutlivesItsStack: everybody in it would have to be let in anew.
func TestThePoolOutlivesItsStack(t *testing.T) {
	s := deploy(t, aPool)
	for _, name := range s.of("AWS::Cognito::*") {
		if r := s.resources[name]; r["DeletionPolicy"] != "Retain" || r["UpdateReplacePolicy"] != "Retain" {
			t.Errorf("%s is deleted with the stack", name)
		}
	}
}

func TestSignInRefersToNothingThatIsNotDeployed(t *testing.T) {
	for _, answers := range []map[string]string{aPool, pages, anIssuer, nobody, with(anIssuer, "SignInDomain", "x"), with(pages, "FixedAddress", "yes")} {
		s := deploy(t, answers)
		for name, part := range s.parts() {
			mentions(part, func(other string) {
				_, parameter := s.answers[other]
				if !parameter && s.resources[other] == nil && !strings.HasPrefix(other, "AWS::") && other != "Identity" {
					t.Errorf("%v: %s refers to %s, which is not deployed", answers, name, other)
				}
			})
		}
	}
}
