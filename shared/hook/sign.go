package hook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"frontdesk/shared/channel"
)

// sign returns a signature for each secret, which must have passed [Check].
func sign(secrets []channel.Secret, id, timestamp string, body []byte) string {
	all := make([]string, 0, len(secrets))
	for _, s := range secrets {
		k, err := channel.SigningKey(s)
		if err != nil {
			continue
		}
		mac := hmac.New(sha256.New, k)
		mac.Write([]byte(id + "." + timestamp + "."))
		mac.Write(body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(all, " ")
}
