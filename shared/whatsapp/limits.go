package whatsapp

// What Meta accepts in one message (send-messages, interactive-reply-buttons,
// interactive-list, interactive-cta-url and template pages). Lengths count characters (Unicode code
// points), not bytes. [Sender.Send] cuts words that are longer, at the end of a character and with
// "…", and refuses without a call what cannot be cut: addresses, ids, numbers of choices.
const (
	MaxText = 4096 // body of a text message

	MaxButtons      = 3    // reply buttons of one message
	MaxButtonTitle  = 20   // label of a reply button
	MaxButtonID     = 256  // id of a reply button
	MaxButtonsBody  = 1024 // body above reply buttons
	MaxListBody     = 4096 // body above a list
	MaxListOpen     = 20   // label that opens a list
	MaxListSections = 10   // sections of one list
	MaxListRows     = 10   // rows of one list, all sections together
	MaxSectionTitle = 24   // title of a section
	MaxRowID        = 200  // id of a list row
	MaxRowTitle     = 24   // title of a list row
	MaxRowText      = 72   // description of a list row

	MaxLinkBody  = 1024 // body above a button that opens a link (interactive-cta-url page)
	MaxLinkTitle = 20   // label of that button
	MaxLink      = 2000 // an address; the page names no limit, buttons of templates have this one (?)

	MaxHeader = 60 // text header of an interactive message
	MaxFooter = 60 // footer of an interactive message

	MaxCaption  = 1024 // below an image, a video or a document (image, video and document pages)
	MaxFileName = 240  // bytes of a document's file name; the page names no limit (?)
	MaxMediaID  = 64   // digits of an uploaded file's id (ours)

	MaxTemplateName  = 512  // name of an approved template: a-z, 0-9, _
	MaxTemplateParam = 1024 // one parameter: the whole body may hold no more
	MaxTemplateURL   = 2000 // what fills a button's address, which may have 2,000 in all
	MaxPayload       = 256  // what a quick reply of a template sends back; the page names no limit (?)
	MaxTemplateKeys  = 10   // buttons of one template
	MaxRef           = 512  // biz_opaque_callback_data
)

// Bytes of one file (Meta, media page). WhatsApp fetches what stands behind a link itself and
// refuses it later (131053), so only what we look at ourselves is measured.
const (
	MaxImage    = 5 << 20
	MaxVideo    = 16 << 20
	MaxAudio    = 16 << 20
	MaxDocument = 100 << 20
)
