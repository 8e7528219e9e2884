package access

import "slices"

// Factor says when a sign-in counts as one with two factors, by the claims of its token:
//
//   - amr (RFC 8176) holds "mfa". Okta, Auth0 and Google write it, Microsoft Entra ID in
//     tokens of version 1.0 (there also "ngcmfa"), Keycloak with its AMR mapper.
//   - amr names methods of two kinds: something known (pwd, pin, kba), something owned (otp,
//     hwk, sc, …), something one is (fpt, face, …). One kind alone is one factor, two passwords too.
//   - acr is one of those that mean several factors everywhere: Okta's
//     urn:okta:loa:2fa:any, phr and phrh (OpenID EAP), the multi-factor policy of OpenID
//     PAPE, which Auth0 uses, REFEDS MFA.
//   - acr, or a word of acrs, is one of ACR, which the operator has named. Levels of
//     Keycloak (acr "2") and authentication contexts of Entra (acrs "c1") mean what its
//     admin made them mean, so only the operator can say.
//
// Tokens of a Cognito user pool never tell how somebody signed in (?: none of the claims that
// AWS lists does). A pool that requires a second factor gives no token without it, so
// there this check is switched off.
type Factor struct {
	// Required is whether one factor alone is refused.
	Required bool
	// ACR are further values of acr or acrs that stand for two factors.
	ACR []string
}

// Check is [ErrOneFactor] when a second factor is required and the claims do not show it.
func (f Factor) Check(claims map[string]string) error {
	if !f.Required || len(claims) == 0 || twoKinds(words(claims["amr"])) {
		return nil
	}
	acr := named(claims, "acr", "acrs")
	if slices.ContainsFunc(acr, func(v string) bool { return slices.Contains(strongACR(), v) || slices.Contains(f.ACR, v) }) {
		return nil
	}
	return ErrOneFactor
}

func strongACR() []string {
	return []string{
		"urn:okta:loa:2fa:any", "phr", "phrh",
		"http://schemas.openid.net/pape/policies/2007/06/multi-factor", "https://refeds.org/profile/mfa",
	}
}

// kinds of factors.
const (
	known = 1 << iota
	owned
	inherent
)

// kind is which factor a method of RFC 8176 proves, or Entra's fido and rsa; 0 for what
// proves none by itself (geo, rba, user, …).
func kind(method string) int {
	switch method {
	case "pwd", "pin", "kba":
		return known
	case "otp", "sms", "tel", "hwk", "swk", "pop", "sc", "fido", "rsa":
		return owned
	case "fpt", "face", "iris", "retina", "vbm":
		return inherent
	}
	return 0
}

// twoKinds reports whether methods say outright that there were several factors, or name
// methods of two kinds.
func twoKinds(methods []string) bool {
	seen := 0
	for _, method := range methods {
		if method == "mfa" || method == "ngcmfa" {
			return true
		}
		seen |= kind(method)
	}
	return seen&(seen-1) != 0
}
