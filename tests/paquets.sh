#!/bin/sh
# What the tests need of a Debian system beside Python: databases, verifiers, and SOAP toolkits that others wrote.
# As root it installs what is missing; otherwise it says what to install. Quick when everything is there.
set -eu

manquants=
# A package is asked for when what it brings is not found, so that Node.js, Java or PostgreSQL from elsewhere will do.
besoin() { # packages, then the command that tells whether they are there
    paquets=$1
    shift
    "$@" >/dev/null 2>&1 || manquants="$manquants $paquets"
}

serveur_postgresql() {
    command -v initdb || ls /usr/lib/postgresql/*/bin/initdb
}

module_perl() {
    perl -e 'require $ARGV[0] =~ s{::}{/}gr . ".pm"' "$1"
}

kd_soap() {
    command -v kdwsdl2cpp && pkg-config --exists Qt5Network Qt5Xml && ls /usr/include/KDSoapClient/KDSoapValue.h
}

besoin postgresql serveur_postgresql
besoin xmlsec1 command -v xmlsec1
besoin wrk command -v wrk
besoin 'chromium-headless-shell fonts-dejavu-core' command -v chromium-headless-shell
besoin 'php-cli php-soap' php -r 'exit(class_exists("SoapClient") ? 0 : 1);'
besoin nodejs command -v node
besoin npm command -v npm
besoin default-jdk-headless command -v javac
besoin maven command -v mvn
besoin 'gsoap libgsoap-dev libssl-dev zlib1g-dev g++ make pkg-config' pkg-config --exists gsoapssl++ openssl zlib
besoin libsoap-lite-perl module_perl SOAP::Lite
besoin 'ruby ruby-soap4r' ruby -e 'require "soap/wsdlDriver"'
besoin 'libkdsoap-bin libkdsoap-dev qtbase5-dev g++ make pkg-config' kd_soap
besoin 'mono-devel make' command -v wsdl2

[ -n "$manquants" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "Il manque des paquets du système pour les tests. À installer :" >&2
    echo "  sudo apt-get install --no-install-recommends$manquants" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
# Test machines are made anew: a file system that is not synchronised after every file is worth half the time.
installer() {
    # shellcheck disable=SC2086
    apt-get install --yes --quiet --quiet --no-install-recommends --option Dpkg::Options::=--force-unsafe-io \
        --option Dpkg::Use-Pty=0 $manquants >/dev/null
}
echo "Paquets du système à installer :$manquants"
# The lists of packages may be missing or too old to be served: they are fetched only then.
installer 2>/dev/null || { apt-get update --quiet --quiet && installer; }
