using System;
using System.Security.Cryptography;
using System.Text;
using System.Web.Services.Protocols;
using System.Xml.Serialization;

namespace Caf.Esat
{
    /// <summary>The wsse:Security header of a message, for the serialiser of the proxy.</summary>
    [XmlRoot("Security", Namespace = Wsse)]
    public class Securite : SoapHeader
    {
        internal const string Oasis = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
        internal const string Wsse = Oasis + "wssecurity-secext-1.0.xsd";
        internal const string Wsu = Oasis + "wssecurity-utility-1.0.xsd";

        [XmlElement(Namespace = Wsse)]
        public UsernameToken UsernameToken;
    }

    public class UsernameToken
    {
        [XmlElement(Namespace = Securite.Wsse)]
        public string Username;
        [XmlElement(Namespace = Securite.Wsse)]
        public Password Password;
        [XmlElement(Namespace = Securite.Wsse)]
        public string Nonce;
        [XmlElement(Namespace = Securite.Wsu)]
        public string Created;
    }

    public class Password
    {
        [XmlAttribute]
        public string Type;
        [XmlText]
        public string Texte;
    }

    public partial class TeledeclarationEsatService
    {
        const string Profil = Securite.Oasis + "username-token-profile-1.0#";

        /// <summary>Read by the serialiser at each call, by the name that the Makefile gives to the methods.</summary>
        public Securite Securite;

        /// <summary>Prepare the token of the next call: the service refuses a nonce that it has seen (REJEU).</summary>
        public TeledeclarationEsatService Signer(string compte, string secret, bool condense)
        {
            var jeton = new UsernameToken { Username = compte };
            if (condense)
            {
                // A clé d'intégration.
                var nonce = new byte[16];
                using (var alea = RandomNumberGenerator.Create()) alea.GetBytes(nonce);
                jeton.Nonce = Convert.ToBase64String(nonce);
                jeton.Created = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ");
                var suite = Encoding.UTF8.GetBytes(jeton.Created + secret);
                var octets = new byte[nonce.Length + suite.Length];
                nonce.CopyTo(octets, 0);
                suite.CopyTo(octets, nonce.Length);
                using (var sha1 = SHA1.Create())
                    jeton.Password = new Password
                    {
                        Type = Profil + "PasswordDigest",
                        Texte = Convert.ToBase64String(sha1.ComputeHash(octets))
                    };
            }
            else
            {
                // A person's password, over TLS only.
                jeton.Password = new Password { Type = Profil + "PasswordText", Texte = secret };
            }
            Securite = new Securite { MustUnderstand = true, UsernameToken = jeton };
            return this;
        }
    }
}
