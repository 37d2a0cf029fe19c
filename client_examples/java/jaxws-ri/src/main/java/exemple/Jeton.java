package exemple;

import jakarta.xml.soap.SOAPElement;
import jakarta.xml.soap.SOAPException;
import jakarta.xml.soap.SOAPHeader;
import jakarta.xml.soap.SOAPHeaderElement;
import jakarta.xml.ws.handler.MessageContext;
import jakarta.xml.ws.handler.soap.SOAPHandler;
import jakarta.xml.ws.handler.soap.SOAPMessageContext;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Set;
import javax.xml.namespace.QName;

/** The UsernameToken of each message: JAX-WS leaves it to a handler. */
final class Jeton implements SOAPHandler<SOAPMessageContext> {
    private static final String OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
    private static final String WSSE = OASIS + "wssecurity-secext-1.0.xsd";
    private static final String WSU = OASIS + "wssecurity-utility-1.0.xsd";
    private static final String PROFIL = OASIS + "username-token-profile-1.0#";
    private static final SecureRandom ALEA = new SecureRandom();

    private final String compte;
    private final String secret;
    private final boolean condense;

    /** A clé d'intégration travels as a digest; a password as text, over TLS only. */
    Jeton(String compte, String secret, boolean condense) {
        this.compte = compte;
        this.secret = secret;
        this.condense = condense;
    }

    @Override
    public boolean handleMessage(SOAPMessageContext contexte) {
        if (Boolean.TRUE.equals(contexte.get(MessageContext.MESSAGE_OUTBOUND_PROPERTY))) {
            try {
                ajouter(contexte.getMessage().getSOAPHeader());
            } catch (SOAPException | GeneralSecurityException erreur) {
                throw new IllegalStateException(erreur);
            }
        }
        return true;
    }

    private void ajouter(SOAPHeader entete) throws SOAPException, GeneralSecurityException {
        SOAPHeaderElement securite = entete.addHeaderElement(new QName(WSSE, "Security", "wsse"));
        securite.setMustUnderstand(true);
        SOAPElement jeton = securite.addChildElement("UsernameToken", "wsse");
        jeton.addChildElement("Username", "wsse").addTextNode(compte);
        SOAPElement passe = jeton.addChildElement("Password", "wsse");
        if (!condense) {
            passe.addAttribute(new QName("Type"), PROFIL + "PasswordText");
            passe.addTextNode(secret);
            return;
        }
        byte[] nonce = new byte[16];
        ALEA.nextBytes(nonce);
        String cree = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(nonce);
        sha1.update((cree + secret).getBytes(StandardCharsets.UTF_8));
        passe.addAttribute(new QName("Type"), PROFIL + "PasswordDigest");
        passe.addTextNode(Base64.getEncoder().encodeToString(sha1.digest()));
        jeton.addChildElement("Nonce", "wsse").addTextNode(Base64.getEncoder().encodeToString(nonce));
        jeton.addChildElement("Created", "wsu", WSU).addTextNode(cree);
    }

    @Override
    public boolean handleFault(SOAPMessageContext contexte) {
        return true;
    }

    @Override
    public void close(MessageContext contexte) {
        // Nothing is kept from one message to the next.
    }

    @Override
    public Set<QName> getHeaders() {
        return Set.of(new QName(WSSE, "Security"));
    }
}
